/** Lets go of what is past its retention, a little at a time. */
import { positionAt } from '../../domain/position.ts';
import type { Database } from './database.ts';
import type { Routes } from './routes.ts';

export interface Retention {
  /** What the bus accepted can be replayed this long. */
  readonly archiveMs: number;
  /** A viewer can resume from a position this old; ids are remembered as long. */
  readonly trailMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const STEP = 500;

/** Deletes at most a few hundred rows of each table; true when there may be more. */
export function makeSweep(
  db: Database,
  routes: Routes,
  deps: { now: () => number; retention: Retention },
): () => boolean {
  const some = (table: string, where: string) =>
    db.sql.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ${STEP})`,
    );
  const archive = some('archive', 'accepted_ms < ?');
  const trail = some('trail', 'position < ?');
  const queue = some('queue', 'queue = ? AND enqueued_ms < ?');
  const dead = some('dead', 'queue = ? AND dead_ms < ?');
  const claims = db.sql.prepare(
    `DELETE FROM claims WHERE (tenant, event_id) IN (SELECT tenant, event_id FROM claims WHERE accepted_ms < ? LIMIT ${STEP})`,
  );

  return () => {
    const nowMs = deps.now();
    const { archiveMs, trailMs } = deps.retention;
    const deleted = db.transaction(() => [
      archive.run(nowMs - archiveMs),
      trail.run(positionAt(Math.max(0, nowMs - trailMs))),
      claims.run(nowMs - trailMs),
      ...routes.queues.map(({ name, retentionDays }) => queue.run(name, nowMs - retentionDays * DAY_MS)),
      ...routes.queues.map(({ name, deadLetterRetentionDays }) =>
        dead.run(name, nowMs - deadLetterRetentionDays * DAY_MS),
      ),
    ]);
    return deleted.some(({ changes }) => Number(changes) === STEP);
  };
}
