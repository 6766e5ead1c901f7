/** Puts a message on a queue; called inside the transaction of whoever takes or brings back the event. */
import type { Database } from './database.ts';
import type { Meters } from './meters.ts';

export interface NewMessage {
  readonly nowMs: number;
  readonly acceptedAtMs: number;
  /** Of an Audit Event, so that the accounts can find it. */
  readonly tenantId: string | null;
  readonly eventId: string | null;
  /** The bus event as JSON: copied, so that the queue outlives the archive's retention. */
  readonly envelope: string;
}

export type Enqueue = (queue: string, message: NewMessage) => void;

export function makeEnqueue(db: Database, meters: Meters): Enqueue {
  const insert = db.sql.prepare(
    'INSERT INTO queue (queue, visible_ms, enqueued_ms, accepted_ms, tenant, event_id, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return (queue, { nowMs, acceptedAtMs, tenantId, eventId, envelope }) => {
    insert.run(queue, nowMs, nowMs, acceptedAtMs, tenantId, eventId, envelope);
    meters.entered(queue, 1);
  };
}
