/** Gives out the trail's positions. They only grow: across restarts, and when the clock is set back. */
import { type Position, parsePosition, positionAt, positionTimeMs } from '../../domain/position.ts';
import type { Database } from './database.ts';

export interface Positions {
  next(): Position;
  /** Somebody has read everything before `toMs` and takes it as final: nothing may be written there any more. */
  readUpTo(toMs: number): void;
  /** Remembers the clock across a restart, also when the trail has become empty. */
  save(): void;
}

export function makePositions(db: Database, now: () => number): Positions {
  const newest = db.sql.prepare('SELECT MAX(position) AS position FROM trail').get() as {
    position: string | null;
  };
  const clock = db.sql.prepare('SELECT time_ms AS timeMs FROM clock').get() as { timeMs: number } | undefined;
  const save = db.sql.prepare('INSERT OR REPLACE INTO clock (only_row, time_ms) VALUES (1, ?)');
  const last = parsePosition(newest.position);
  let timeMs = Math.max(clock?.timeMs ?? 0, last ? positionTimeMs(last) + 1 : 0);
  let order = 0;

  const advance = (toMs: number) => {
    if (toMs <= timeMs) return;
    timeMs = toMs;
    order = 0;
  };
  return {
    next() {
      advance(now());
      return positionAt(timeMs, order++);
    },
    // A slice that is still open is not final, however far it was asked for.
    readUpTo: (toMs) => advance(Math.min(toMs, now())),
    save() {
      advance(now());
      save.run(timeMs);
    },
  };
}
