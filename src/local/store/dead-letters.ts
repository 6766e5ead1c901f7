/** Messages that were given up, with their reason, waiting for a person. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BusEvent } from '../../domain/bus-event.ts';
import type { DeadLetter } from '../../stream/ports.ts';
import type { Database } from './database.ts';

interface Row {
  seq: number;
  queue: string;
  message_id: string;
  reason: string;
  why: string | null;
  receives: number;
  accepted_ms: number;
  dead_ms: number;
  envelope: string;
}

/** How many are put back in one transaction. */
const STEP = 500;

export interface DeadLetters {
  /** Oldest first, in pages of `limit`; `next` asks for the following page. */
  list(
    queue: string,
    options?: { readonly limit?: number; readonly next?: string },
  ): { readonly letters: readonly DeadLetter[]; readonly next?: string };
  countByReason(): readonly { readonly queue: string; readonly reason: string; readonly count: number }[];
  /** Puts one message, or all of the queue, back where it came from, to be tried from the start. Returns how many. */
  redrive(queue: string, messageId?: string): Promise<number>;
}

export function makeDeadLetters(
  db: Database,
  deps: { now: () => number; wake: (queue: string) => void },
): DeadLetters {
  // `+queue`: in the order of the rows; by the index of a queue all its letters would be sorted for every page.
  const page = db.sql.prepare('SELECT * FROM dead WHERE +queue = ? AND seq > ? ORDER BY seq LIMIT ?');
  const counts = db.sql.prepare(
    'SELECT queue, reason, COUNT(*) AS count FROM dead GROUP BY queue, reason ORDER BY queue, count DESC',
  );
  const newest = db.sql.prepare('SELECT MAX(seq) AS seq FROM dead WHERE queue = ?');
  const some = `SELECT seq FROM dead WHERE +queue = ? AND (? IS NULL OR message_id = ?) AND seq <= ? ORDER BY seq LIMIT ${STEP}`;
  const putBack = db.sql.prepare(
    `INSERT INTO queue (queue, visible_ms, enqueued_ms, accepted_ms, tenant, event_id, envelope)
     SELECT queue, ?, ?, accepted_ms, tenant, event_id, envelope FROM dead WHERE seq IN (${some}) ORDER BY seq`,
  );
  const remove = db.sql.prepare(`DELETE FROM dead WHERE seq IN (${some})`);

  return {
    list(queue, { limit = 100, next } = {}) {
      const rows = page.all(queue, Number(next ?? 0), limit + 1) as unknown as Row[];
      const letters = rows.slice(0, limit).map(letter);
      const last = rows[limit - 1];
      return rows.length > limit && last ? { letters, next: String(last.seq) } : { letters };
    },
    countByReason: () => counts.all() as unknown as { queue: string; reason: string; count: number }[],
    async redrive(queue, messageId) {
      const id = messageId ?? null;
      // What dies again meanwhile stays dead.
      const { seq: last } = newest.get(queue) as { seq: number | null };
      for (let total = 0; ; await nextTurn()) {
        const nowMs = deps.now();
        const moved = db.transaction(() => {
          putBack.run(nowMs, nowMs, queue, id, id, last);
          return Number(remove.run(queue, id, id, last).changes);
        });
        if (moved > 0) deps.wake(queue);
        total += moved;
        if (moved < STEP) return total;
      }
    },
  };
}

function letter(row: Row): DeadLetter {
  return {
    messageId: row.message_id,
    queue: row.queue,
    reason: row.reason,
    ...(row.why !== null && { detail: row.why }),
    receiveCount: row.receives,
    acceptedAtMs: row.accepted_ms,
    deadAtMs: row.dead_ms,
    event: JSON.parse(row.envelope) as BusEvent,
  };
}
