/** Queues with SQS's manners: visibility, receive counts, redrive to dead letters. All in the home's one file. */
import type { BusEvent } from '../../domain/bus-event.ts';
import { isGivenUp, type QueuedRoute } from '../../domain/topology.ts';
import type { Outcome, QueueMessage } from '../../stream/ports.ts';
import type { Database } from './database.ts';
import type { Meters } from './meters.ts';

/** A received message with what the queue needs to settle it. */
export interface Received extends QueueMessage {
  readonly seq: number;
}

export interface Settled {
  readonly message: Received;
  readonly outcome: Outcome;
}

interface Row {
  seq: number;
  receives: number;
  enqueued_ms: number;
  accepted_ms: number;
  envelope: string;
}

/** The longest pause before a message is tried again; full jitter below it. */
const MAX_BACKOFF_MS = 60_000;
/** A consumer cannot put a message off for longer, as in SQS. */
const MAX_DELAY_MS = 12 * 60 * 60 * 1000;

export interface Queue {
  /** Settles a batch and, if asked to, receives the next one that is due: in one transaction. */
  turn(settled: readonly Settled[], receive: boolean): readonly Received[];
  /** When the next batch is due, ms: full, or its oldest message visible for the batch window. Infinity for none. */
  dueMs(): number;
}

/** Hands out again at once what a process held when it died: nobody else will settle it. What a consumer put off for
 * longer than a hold stays put off. */
export function releaseHeld(db: Database, route: QueuedRoute, nowMs: number): void {
  db.sql
    .prepare(
      'UPDATE queue SET visible_ms = ? WHERE queue = ? AND receives > 0 AND visible_ms > ? AND visible_ms <= ?',
    )
    .run(nowMs, route.name, nowMs, nowMs + route.visibilityMs);
}

export function makeQueue(
  db: Database,
  route: QueuedRoute,
  deps: { now: () => number; random: () => number; meters: Meters },
): Queue {
  const visible = db.sql.prepare(
    'SELECT seq, receives, enqueued_ms, accepted_ms, envelope FROM queue WHERE queue = ? AND visible_ms <= ? ORDER BY visible_ms, seq LIMIT ?',
  );
  const hide = db.sql.prepare('UPDATE queue SET visible_ms = ?, receives = receives + 1 WHERE seq = ?');
  const nth = db.sql.prepare(
    'SELECT visible_ms AS at FROM queue WHERE queue = ? ORDER BY visible_ms, seq LIMIT 1 OFFSET ?',
  );
  const remove = db.sql.prepare('DELETE FROM queue WHERE seq = ?');
  const later = db.sql.prepare('UPDATE queue SET visible_ms = ? WHERE seq = ?');
  const bury = db.sql.prepare(
    `INSERT INTO dead (queue, message_id, reason, why, status, receives, accepted_ms, dead_ms, tenant, event_id, replays, envelope)
     SELECT queue, ?, ?, ?, ?, receives, accepted_ms, ?, tenant, event_id, replays, envelope FROM queue WHERE seq = ?`,
  );

  return {
    // After a power cut a message is handed out again, which is what a queue's consumers are ready for anyway.
    turn: (settled, receive) =>
      db.transactionUnsynced(() => {
        const nowMs = deps.now();
        for (const { message, outcome } of settled) settle(message, outcome, nowMs);
        const delivered = settled.filter(({ outcome }) => outcome.kind === 'delivered').length;
        if (delivered > 0) deps.meters.left(route.name, delivered);
        if (!receive || dueMs() > nowMs) return [];
        const rows = visible.all(route.name, nowMs, route.batchSize) as unknown as Row[];
        for (const { seq } of rows) hide.run(nowMs + route.visibilityMs, seq);
        return rows.map(received);
      }),
    dueMs,
  };

  function dueMs(): number {
    const oldestMs = visibleMs(0) + route.batchWindowMs;
    return route.batchWindowMs === 0 ? oldestMs : Math.min(oldestMs, visibleMs(route.batchSize - 1));
  }

  /** When the message at `place` of the queue becomes visible. */
  function visibleMs(place: number): number {
    return (nth.get(route.name, place) as { at: number } | undefined)?.at ?? Infinity;
  }

  function settle(message: Received, outcome: Outcome, nowMs: number): void {
    const { seq, messageId, receiveCount } = message;
    if (outcome.kind === 'delivered') {
      remove.run(seq);
    } else if (outcome.kind === 'rejected') {
      bury.run(messageId, outcome.reason, outcome.detail ?? null, outcome.status ?? null, nowMs, seq);
      remove.run(seq);
    } else if (isGivenUp(route, message, nowMs)) {
      bury.run(messageId, 'retries_exhausted', outcome.reason, outcome.status ?? null, nowMs, seq);
      remove.run(seq);
    } else {
      const backoffMs = deps.random() * Math.min(MAX_BACKOFF_MS, 1000 * 2 ** receiveCount);
      later.run(nowMs + Math.ceil(Math.min(MAX_DELAY_MS, outcome.afterMs ?? backoffMs)), seq);
    }
  }
}

function received(row: Row): Received {
  return {
    seq: row.seq,
    messageId: `${row.seq}`,
    receiveCount: row.receives + 1,
    acceptedAtMs: row.accepted_ms,
    queuedAtMs: row.enqueued_ms,
    event: JSON.parse(row.envelope) as BusEvent,
  };
}
