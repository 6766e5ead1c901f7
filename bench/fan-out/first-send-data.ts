/** One subscription as the table has it, and one event as the bus hands it over. */

import { subscriptionItem } from '../../src/aws/dynamo/connection-rows.ts';
import { positionAt } from '../../src/domain/position.ts';

export function subscriptionRow() {
  return subscriptionItem({
    connectionId: 'L0SM9cOFIAMCIhw=',
    tenantId: 'acme',
    sub: 'all',
    pattern: {},
    from: positionAt(Date.now()),
    expiresAtMs: Date.now() + 3_600_000,
  });
}

export function aBusEvent() {
  const now = new Date().toISOString();
  return {
    version: '0',
    id: 'bus-1',
    'detail-type': 'Audit Event',
    source: 'audit.billing',
    account: '000000000000',
    time: now,
    region: 'us-east-1',
    resources: [],
    detail: {
      schemaVersion: '1.0',
      id: 'event-1',
      tenantId: 'acme',
      occurredAt: now,
      recordedAt: now,
      action: 'invoice.approved',
      activity: 'update',
      category: 'data_change',
      outcome: 'success',
      severity: 'info',
      actor: { type: 'user', id: 'u-1' },
      targets: [],
      source: { service: 'billing', environment: 'bench' },
    },
  };
}
