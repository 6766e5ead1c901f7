/** Builds audit events for tests: legal, and only what a test says differs. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export function anAuditEvent(fields: Readonly<Record<string, unknown>> = {}): AuditEvent {
  return {
    schemaVersion: '1.0',
    id: '0193f000-0000-7000-8000-000000000001',
    tenantId: 'acme',
    occurredAt: '2026-11-01T12:00:00.000Z',
    recordedAt: '2026-11-01T12:00:00.005Z',
    action: 'invoice.approved',
    activity: 'update',
    category: 'data_change',
    outcome: 'success',
    severity: 'info',
    actor: { type: 'user', id: 'u-1' },
    targets: [],
    source: { service: 'billing', environment: 'prod' },
    ...fields,
  } as AuditEvent;
}
