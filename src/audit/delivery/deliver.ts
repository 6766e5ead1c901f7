/** A way for records to leave the service. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';

/** One of the service's own: takes a finished record, is awaited before the response, may throw. */
export type Deliver = (record: AuditEvent) => void | Promise<void>;

/** What the middleware hands its records to. Nothing here throws or rejects. */
export interface Delivery {
  /** An invocation began; `requestId` is Lambda's. */
  begin(requestId: string): void;
  /** The record is out of the process's memory when this returns, as far as the mode promises it. */
  take(record: AuditEvent, requestId: string): void;
  /** The invocation is over; what is answered is waited for before the response. `lines` go to the log, as late as may be. */
  end(requestId: string, lines: string): void | Promise<void>;
}

/** Told where something went wrong, and the name of what. */
export type Tell = (at: 'register' | 'spool' | 'deliver', error: string) => void;
