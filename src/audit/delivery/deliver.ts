/** A way for records to leave the service. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';

/** Takes a finished record. What it answers is awaited before the handler's caller gets the response; it may throw. */
export type Deliver = (record: AuditEvent) => void | Promise<void>;
