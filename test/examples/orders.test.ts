/** The example service: real HTTP calls, and the records that its middleware makes of them. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startOrdersExample } from '../../bin/orders-example.ts';
import { makeApi } from '../../examples/orders/api.ts';
import { serveHttp, serveQueue } from '../../examples/orders/gateway.ts';
import { makeOrders } from '../../examples/orders/orders.ts';
import { makeWarehouse } from '../../examples/orders/warehouse.ts';
import { recorder } from '../../src/audit/testing.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { aBus } from '../builders/a-bus.ts';
import { until } from '../builders/until.ts';

let audited: ReturnType<typeof recorder>;
let server: Server;
let url = '';
beforeEach(async () => {
  audited = recorder();
  const orders = makeOrders();
  const warehouse = makeWarehouse({ orders, tenantId: 'acme' });
  server = serveHttp(makeApi({ orders, enqueue: serveQueue(warehouse) })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
});
afterEach(() => {
  audited.stop();
  server.close();
  server.closeAllConnections();
});

const ADA = { authorization: 'Bearer ada', 'content-type': 'application/json' };
const place = () =>
  fetch(url, {
    method: 'POST',
    headers: ADA,
    body: '{"items":[{"sku":"tea","count":2}],"password":"hunter2"}',
  });
const actions = () => audited.records.map(({ action }) => action);

test('an order leaves the request, what was done, and what the warehouse did, all of one correlation', async () => {
  expect((await place()).status).toBe(201);
  await until(() => audited.records.length === 4);
  expect(actions()).toEqual(['order.placed', 'orders.create', 'order.shipped', 'queue.consumed']);
  const [placed, request, shipped, consumed] = audited.records as [
    AuditEvent,
    AuditEvent,
    AuditEvent,
    AuditEvent,
  ];
  expect(request).toMatchObject({
    tenantId: 'acme',
    actor: { type: 'user', id: 'ada' },
    http: { statusCode: 201, request: { body: { password: '[redacted]' } } },
  });
  expect(shipped.changes).toEqual([{ path: 'status', op: 'replace', before: 'placed', after: 'shipped' }]);
  for (const record of [placed, shipped, consumed])
    expect(record.context?.correlationId).toBe(request.context?.correlationId);
});

test('who does not say who he is, is refused, and that is on record', async () => {
  expect((await fetch(`${url}/1001`)).status).toBe(401);
  expect(audited.records).toMatchObject([
    {
      action: 'orders.read',
      outcome: 'denied',
      tenantId: 'acme',
      actor: { type: 'anonymous' },
      targets: [{ type: 'orders', id: '1001' }],
    },
  ]);
});

test('what cannot be read is an error to both sides', async () => {
  const answer = await fetch(url, { method: 'POST', headers: ADA, body: 'no json' });
  expect(answer.status).toBe(500);
  expect(audited.records).toMatchObject([
    { outcome: 'error', error: { name: 'SyntaxError', phase: 'handler' } },
  ]);
});

test('started beside a home, its customers’ calls arrive there', async () => {
  const bus = await aBus();
  const example = await startOrdersExample(bus.endpoint, 0);
  try {
    if (example.kind !== 'running') throw new Error(example.reason);
    expect((await fetch(`${example.url}/orders/1`)).status).toBe(401);
    await until(() => bus.requests.length > 0);
    expect(bus.requests.flat()[0]).toMatchObject({
      Source: expect.stringMatching(/^audit\.(?:orders|warehouse)$/),
    });
  } finally {
    if (example.kind === 'running') example.stop();
    bus.close();
  }
});
