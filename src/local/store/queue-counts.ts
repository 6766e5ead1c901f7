/** How many messages a queue has, and how many were given up. */
import type { Database } from './database.ts';

export interface QueueCounts {
  readonly waiting: number;
  readonly dead: number;
}

export function makeQueueCounts(db: Database): (queue: string) => QueueCounts {
  const waiting = db.sql.prepare('SELECT COUNT(*) AS n FROM queue WHERE queue = ?');
  const dead = db.sql.prepare('SELECT COUNT(*) AS n FROM dead WHERE queue = ?');
  return (queue) => ({
    waiting: (waiting.get(queue) as { n: number }).n,
    dead: (dead.get(queue) as { n: number }).n,
  });
}
