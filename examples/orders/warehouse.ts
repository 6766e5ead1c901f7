/** The warehouse takes orders from an SQS queue; an order that it cannot ship stays in the queue. */
import middy from '@middy/core';
// In a service of your own: from 'audit-stream/middleware'.
import { audit } from '../../src/audit/index.ts';
import type { Orders } from './orders.ts';

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

export function makeWarehouse({ orders, tenantId }: { readonly orders: Orders; readonly tenantId: string }) {
  return middy()
    .use(audit({ service: 'warehouse', tenantId }))
    .handler(async (input) => {
      const batchItemFailures = [];
      for (const { messageId, body } of (input as QueueEvent).Records)
        if (!ship((JSON.parse(body) as { orderId: string }).orderId))
          batchItemFailures.push({ itemIdentifier: messageId });
      return { batchItemFailures };
    });

  function ship(orderId: string): boolean {
    const before = orders.find(orderId);
    if (before === undefined) return false;
    if (before.status !== 'placed') return true;
    const after = orders.save({ ...before, status: 'shipped' });
    audit.record({
      action: 'order.shipped',
      activity: 'update',
      targets: [{ type: 'order', id: orderId, ownerId: before.customer }],
      before,
      after,
    });
    return true;
  }
}
