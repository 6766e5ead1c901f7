/** The orders API behind an API Gateway HTTP API. The audit is one line; what only the service knows is said in `audit.record`. */
import middy from '@middy/core';
// In a service of your own: from 'audit-stream/middleware'.
import { audit, type Carried } from '../../src/audit/index.ts';
import type { Order, Orders } from './orders.ts';

export interface Parts {
  readonly orders: Orders;
  /** Puts a message on the queue of the warehouse. */
  readonly enqueue: (message: { readonly orderId: string }, ids: Carried | undefined) => void;
}

interface HttpEvent {
  readonly routeKey: string;
  readonly body?: string;
  readonly pathParameters?: { readonly orderId?: string };
  readonly requestContext: {
    readonly authorizer?: {
      readonly jwt: { readonly claims: { readonly sub: string; readonly tenant: string } };
    };
  };
}

const json = (statusCode: number, body: unknown) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});

export function makeApi({ orders, enqueue }: Parts) {
  return middy()
    .use(
      audit({
        service: 'orders',
        tenantId: (event) => (event as HttpEvent).requestContext.authorizer?.jwt.claims.tenant ?? 'acme',
        bodies: 'request',
      }),
    )
    .handler(async (input) => {
      const event = input as HttpEvent;
      const customer = event.requestContext.authorizer?.jwt.claims.sub;
      if (customer === undefined) return json(401, { message: 'say who you are: authorization: Bearer ada' });
      if (event.routeKey === 'POST /orders') return place(customer, event.body);
      const order = orders.find(event.pathParameters?.orderId ?? '');
      if (order === undefined) return json(404, { message: 'there is no such order' });
      return event.routeKey.startsWith('DELETE') ? cancel(order) : json(200, order);
    });

  function place(customer: string, body = '') {
    const { items } = JSON.parse(body) as Pick<Order, 'items'>;
    const order = orders.save({ id: orders.newId(), customer, items, status: 'placed' });
    audit.record({ action: 'order.placed', activity: 'create', targets: [target(order)], after: order });
    enqueue({ orderId: order.id }, audit.carry());
    return json(201, order);
  }

  function cancel(order: Order) {
    if (order.status !== 'placed') return json(409, { message: `the order is ${order.status}` });
    const after = orders.save({ ...order, status: 'cancelled' });
    audit.record({
      action: 'order.cancelled',
      activity: 'update',
      targets: [target(order)],
      before: order,
      after,
    });
    return json(200, after);
  }
}

const target = ({ id, customer }: Order) => ({ type: 'order', id, ownerId: customer });
