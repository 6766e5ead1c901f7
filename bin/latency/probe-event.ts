/** The marked events that a latency check sends: real audit events, of low severity, that anyone can tell apart. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

/** What all of them have in common; filter them out of a view with `{"action": [{"anything-but": "audit_stream.probe"}]}`. */
export const PROBE_ACTION = 'audit_stream.probe';
/** Bus source `audit.probe`: where producers are restricted, this one must be allowed for the tenant. */
const PROBE_SERVICE = 'probe';

export function probeEvent(run: string, n: number, tenantId: string, nowMs: number): AuditEvent {
  const now = new Date(nowMs).toISOString();
  return {
    schemaVersion: '1.0',
    id: `${run}${n}`,
    tenantId,
    occurredAt: now,
    recordedAt: now,
    action: PROBE_ACTION,
    activity: 'execute',
    category: 'system',
    outcome: 'success',
    severity: 'low',
    message: 'A latency check of the stream; no action of a person.',
    actor: { type: 'system', id: 'audit-stream-doctor' },
    targets: [],
    source: { service: PROBE_SERVICE, environment: 'doctor' },
  };
}

/** Matches the events of one run and no others. */
export const probeFilter = (run: string) => ({ action: [PROBE_ACTION], id: [{ prefix: run }] });
