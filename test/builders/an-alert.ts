/** Builds a valid notice about an alert; a test names only what matters to it. */
import type { Alert } from '../../src/domain/alert/alert.ts';

let made = 0;

export function anAlert(fields: Partial<Alert> = {}): Alert {
  return {
    schemaVersion: '1.0',
    id: `notice-${++made}`,
    tenantId: 'acme',
    alertId: 'alert-1',
    sequence: 1,
    status: 'firing',
    change: 'fired',
    occurredAt: '2026-11-01T12:00:05.000Z',
    severity: 'high',
    rule: { id: 'mfa-disabled', name: 'MFA switched off', kind: 'match' },
    title: 'MFA switched off for root',
    count: 1,
    firstAt: '2026-11-01T12:00:00.000Z',
    lastAt: '2026-11-01T12:00:00.000Z',
    ...fields,
  };
}
