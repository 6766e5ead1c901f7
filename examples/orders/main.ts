/** Runs the orders API on this machine: `node main.ts <port>`. Where its records go is told by the environment, as in AWS. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { makeApi } from './api.ts';
import { visit } from './customers.ts';
import { serveHttp, serveQueue } from './gateway.ts';
import { makeOrders } from './orders.ts';
import { makeWarehouse } from './warehouse.ts';

/** Between two calls of a customer. */
const VISIT_MS = 4_000;

const orders = makeOrders();
const server = serveHttp(
  makeApi({ orders, enqueue: serveQueue(makeWarehouse({ orders, tenantId: 'acme' })) }),
);

server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') server.listen(0, '127.0.0.1');
  else throw error;
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.send?.(url);
if (!process.send) console.log(`The orders API is at ${url}/orders`);
// The home that started it is gone.
process.on('disconnect', () => process.exit());
await visit(url, VISIT_MS, new AbortController().signal);
