/** The package's entry `audit-stream/event`: the event's type and its parser. */
export type {
  Activity,
  Actor,
  AuditEvent,
  Category,
  Change,
  Context,
  Http,
  Outcome,
  Severity,
  Source,
  Target,
} from './audit-event.ts';
export { AuditEventError, type Issue } from './audit-event-error.ts';
export { newEventId } from './new-event-id.ts';
export { parseAuditEvent } from './parse-audit-event.ts';
