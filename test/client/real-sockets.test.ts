import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import WsWebSocket, { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { AuditStreamClientOptions, Status } from '../../src/client/client.ts';
import type { SocketConstructor } from '../../src/client/platform.ts';

const servers: WebSocketServer[] = [];
const clients: AuditStreamClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A real socket server that greets; `admit` false answers the handshake with 401. */
async function aServer(admit = true) {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (protocols) => (protocols.has('audit-stream.v1') ? 'audit-stream.v1' : false),
    verifyClient: (_: unknown, answer: (ok: boolean, code?: number) => void) => answer(admit, 401),
  });
  servers.push(server);
  await once(server, 'listening');
  server.on('connection', greet);
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream` };
}

function greet(socket: ServerSocket): void {
  const nowMs = Date.now();
  const who = { connectionId: 'c', tenantId: 'acme', subject: 'ada', roles: ['viewer'] };
  const terms = { heartbeatMs: 5_000, tokenExpiresAtMs: nowMs + 600_000, maxConnectionMs: 7_200_000 };
  socket.once('message', (data) => {
    const { id } = JSON.parse(String(data)) as { id: string };
    socket.send(JSON.stringify({ v: 1, type: 'welcome', id, ...who, ...terms, serverTimeMs: nowMs }));
  });
}

function aClient(url: string, options: Partial<AuditStreamClientOptions> = {}) {
  const client = new AuditStreamClient({ url, getToken: () => 'a.b.c', ...options });
  clients.push(client);
  return client;
}

function until(client: AuditStreamClient, kind: Status['kind']): Promise<Status> {
  return new Promise((resolve) => {
    client.on('status', (status) => status.kind === kind && resolve(status));
  });
}

const SOCKETS: [string, SocketConstructor][] = [
  ['the platform’s WebSocket', globalThis.WebSocket],
  ['the `ws` package’s, for Node 20', WsWebSocket],
];

test.each(SOCKETS)(
  '%s carries protocol and token as subprotocols, nothing in the URL',
  async (_, WebSocket) => {
    const { server, url } = await aServer();
    const connection = once(server, 'connection') as Promise<[ServerSocket, IncomingMessage]>;
    const client = aClient(url, { WebSocket, tenant: 'acme' });
    const live = until(client, 'live');
    client.connect();
    await live;
    const [, request] = await connection;
    const offered = request.headers['sec-websocket-protocol']?.split(/, ?/);
    expect(offered).toEqual(['audit-stream.v1', 'bearer.a.b.c', 'tenant.acme']);
    expect(request.url).toBe('/stream');
  },
);

test.each(SOCKETS)('%s that is refused in the handshake is tried again later', async (_, WebSocket) => {
  const { url } = await aServer(false);
  const client = aClient(url, { WebSocket });
  const waiting = until(client, 'waiting');
  client.connect();
  expect(await waiting).toMatchObject({ reason: 'refused or unreachable' });
});

test.each(SOCKETS)('%s hears a close code', async (_, WebSocket) => {
  const { server, url } = await aServer();
  server.on('connection', (socket) => socket.close(3505, 'this tenant is closed'));
  const client = aClient(url, { WebSocket });
  const closed = until(client, 'closed');
  client.connect();
  expect(await closed).toEqual({ kind: 'closed', code: 3505, reason: 'this tenant is closed' });
});

test.each(SOCKETS)('%s that is cut comes back', async (_, WebSocket) => {
  const { server, url } = await aServer();
  const client = aClient(url, { WebSocket, random: () => 0 });
  const live = until(client, 'live');
  client.connect();
  await live;
  const again = until(client, 'live');
  for (const socket of server.clients) socket.terminate();
  await again;
});

test.each(SOCKETS)('%s can be closed while it is still connecting', async (_, WebSocket) => {
  const { url } = await aServer();
  const client = aClient(url, { WebSocket });
  client.connect();
  await new Promise((resolve) => setImmediate(resolve)); // the token is there, the socket on its way
  client.close();
  expect(client.status).toEqual({ kind: 'closed', reason: 'closed by the application' });
});

test('a hello that the server cannot answer now is tried again on another connection', async () => {
  const { server, url } = await aServer();
  server.removeAllListeners('connection');
  server.once('connection', (socket) => {
    socket.once('message', (data) => {
      const { id } = JSON.parse(String(data)) as { id: string };
      const error = { code: 3000, name: 'internal', message: 'try again', temporary: true };
      socket.send(JSON.stringify({ v: 1, type: 'error', id, ...error }));
      server.on('connection', greet);
    });
  });
  const client = aClient(url);
  const waiting = until(client, 'waiting');
  const live = until(client, 'live');
  client.connect();
  expect(await waiting).toMatchObject({ reason: expect.stringContaining('no welcome') });
  await live;
});
