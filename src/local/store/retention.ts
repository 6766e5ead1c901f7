/** Lets go of what is past its retention, a little at a time. */
import { positionAt } from '../../domain/position.ts';
import { type Database, storeTrouble } from './database.ts';
import type { Meters } from './meters.ts';
import type { Positions } from './positions.ts';
import type { Routes } from './routes.ts';
import type { Timers } from './timers.ts';

export interface Retention {
  /** What the bus accepted can be replayed this long. */
  readonly archiveMs: number;
  /** A viewer can resume from a position this old; ids are remembered as long. */
  readonly trailMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows of a table that one step may delete: a step holds up the process for a few milliseconds. */
const STEP = 200;
const SWEEP_EVERY_MS = 60_000;
const BETWEEN_STEPS_MS = 20;

/** Sweeps every minute, with pauses between its steps. Returns how to stop. */
export function keepSweeping(
  sweep: () => boolean,
  deps: Timers & { report: (trouble: string) => void },
): () => void {
  let timer = deps.setTimeout(step, SWEEP_EVERY_MS);
  return () => deps.clearTimeout(timer);

  function step(): void {
    let more = false;
    try {
      more = sweep();
    } catch (error) {
      deps.report(`retention: ${storeTrouble(error) ?? String(error)}`);
    }
    timer = deps.setTimeout(step, more ? BETWEEN_STEPS_MS : SWEEP_EVERY_MS);
  }
}

/** One step over every table, in one transaction; true when there may be more. */
export function makeSweep(
  db: Database,
  routes: Routes,
  deps: { now: () => number; retention: Retention; meters: Meters; positions: Positions },
): () => boolean {
  const some = (table: string, where: string) =>
    `rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ${STEP})`;
  const archive = db.sql.prepare(`DELETE FROM archive WHERE ${some('archive', 'accepted_ms < ?')}`);
  const trail = db.sql.prepare(`DELETE FROM trail WHERE ${some('trail', 'position < ?')}`);
  const dead = db.sql.prepare(`DELETE FROM dead WHERE ${some('dead', 'dead_ms < ? AND +queue = ?')}`);
  // Of a span that the archive no longer has.
  const replays = db.sql.prepare(`DELETE FROM replays WHERE ${some('replays', 'to_ms < ?')}`);
  const purged = db.sql.prepare(`DELETE FROM purged WHERE ${some('purged', 'purged_ms < ?')}`);
  const claims = db.sql.prepare(
    `DELETE FROM claims WHERE (tenant, event_id) IN (SELECT tenant, event_id FROM claims WHERE accepted_ms < ? LIMIT ${STEP})`,
  );
  const ended = ['alert_states', 'alerts', 'silences'].map((table) =>
    db.sql.prepare(`DELETE FROM ${table} WHERE ${some(table, 'kept_until_ms <= ?')}`),
  );
  // Untouched since long ago: the index has it at once, and a message in somebody's hands is left alone.
  const expired = some('queue', 'queue = ? AND visible_ms < ? AND enqueued_ms < ? ORDER BY visible_ms, seq');
  const bury = db.sql.prepare(
    `INSERT INTO dead (queue, message_id, reason, why, receives, accepted_ms, dead_ms, tenant, event_id, replays, envelope)
     SELECT queue, seq, 'expired', 'it waited longer than the queue keeps a message', receives, accepted_ms, ?, tenant, event_id, replays, envelope
     FROM queue WHERE ${expired}`,
  );
  const remove = db.sql.prepare(`DELETE FROM queue WHERE ${expired}`);

  return () => {
    const nowMs = deps.now();
    const { archiveMs, trailMs } = deps.retention;
    const deleted = db.transaction(() => {
      deps.positions.save();
      return [
        archive.run(nowMs - archiveMs),
        replays.run(nowMs - archiveMs),
        trail.run(positionAt(Math.max(0, nowMs - trailMs))),
        claims.run(nowMs - trailMs),
        // An event is no longer asked for once its claim has gone.
        purged.run(nowMs - trailMs),
        ...ended.map((kept) => kept.run(nowMs)),
      ]
        .map(({ changes }) => Number(changes))
        .concat(...routes.queues.map((route) => sweepQueue(route, nowMs)));
    });
    return deleted.includes(STEP);
  };

  /** SQS drops what has waited too long; here it is kept with the dead letters, so that nothing accepted just goes. */
  function sweepQueue(route: Routes['queues'][number], nowMs: number): readonly number[] {
    const oldestMs = nowMs - route.retentionDays * DAY_MS;
    bury.run(nowMs, route.name, oldestMs, oldestMs);
    const waiting = Number(remove.run(route.name, oldestMs, oldestMs).changes);
    const letters = Number(dead.run(nowMs - route.deadLetterRetentionDays * DAY_MS, route.name).changes);
    if (letters > 0) deps.meters.left(route.name, letters);
    return [waiting, letters];
  }
}
