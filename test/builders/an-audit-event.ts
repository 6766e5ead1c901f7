/** Builds a valid audit event; a test names only what matters to it. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

let made = 0;

export function anAuditEvent(fields: Partial<AuditEvent> = {}): AuditEvent {
  return {
    schemaVersion: '1.0',
    id: `event-${++made}`,
    tenantId: 'acme',
    occurredAt: '2026-11-01T12:00:00.000Z',
    recordedAt: '2026-11-01T12:00:00.000Z',
    action: 'invoice.approved',
    activity: 'update',
    category: 'data_change',
    outcome: 'success',
    severity: 'info',
    actor: { type: 'user', id: 'u-1' },
    targets: [],
    source: { service: 'billing', environment: 'test' },
    ...fields,
  };
}
