/** The command that sends a first event, ready to paste. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export function curlFor(origin: string, tenantId: string, now: Date): string {
  const json = JSON.stringify(firstEvent(tenantId, now)).replaceAll("'", "'\\''");
  return `curl ${origin}/events -H 'content-type: application/json' -d '${json}'`;
}

/** Pasted twice it is the same event: it has the id of the moment when it was shown. */
export function firstEvent(tenantId: string, now: Date): AuditEvent {
  const at = now.toISOString();
  return {
    schemaVersion: '1.0',
    id: `first-event-${now.getTime()}`,
    tenantId,
    occurredAt: at,
    recordedAt: at,
    action: 'invoice.approved',
    activity: 'update',
    category: 'data_change',
    outcome: 'success',
    severity: 'info',
    actor: { type: 'user', id: 'ada', name: 'Ada Lovelace' },
    targets: [{ type: 'invoice', id: 'inv-1', name: 'Invoice 1' }],
    source: { service: 'billing', environment: 'development' },
  };
}
