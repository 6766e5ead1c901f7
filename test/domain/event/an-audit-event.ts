/** The builder of events, for tests that make illegal ones too: always the same id. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { anAuditEvent as aLegalEvent } from '../../builders/an-audit-event.ts';

export function anAuditEvent(fields: Readonly<Record<string, unknown>> = {}): AuditEvent {
  return { ...aLegalEvent({ id: '0193f000-0000-7000-8000-000000000001' }), ...fields } as AuditEvent;
}
