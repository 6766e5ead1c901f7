import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { AuditStreamClientEvents, AuditStreamClientOptions } from '../../src/client/client.ts';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { makeStream } from '../../src/stream/make-stream.ts';
import type { Gateway } from '../../src/stream/ports.ts';
import { acceptable } from '../builders/acceptable.ts';
import { anAlert } from '../builders/an-alert.ts';
import { until as holds } from '../builders/until.ts';
import { noDeliveries } from '../stream/a-stream.ts';
import { randomFrom } from './virtual-time.ts';

const opened: (() => Promise<void>)[] = [];
let tests = 0;
afterEach(async () => {
  tests++;
  for (const close of opened.splice(0).reverse()) await close();
});

/** Waits no longer than the test that asked: one that fails must not keep the run alive. */
function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const mine = tests;
  return holds(async () => tests !== mine || (await condition()));
}

/** The real store and the real calls behind real sockets, with a switch for faults. */
async function aHome(seed: number) {
  const random = randomFrom(seed);
  const faults = { dropPush: 0, duplicatePush: 0, delayMs: 0 };
  const sockets = new Map<string, ServerSocket>();
  const store = openStore({ dataDir: ':memory:' });
  const gateway: Pick<Gateway, 'send'> = {
    send: async (connectionId, text) => {
      const socket = sockets.get(connectionId);
      if (!socket) return 'gone';
      if (random() < faults.dropPush) return 'failed';
      const copies = random() < faults.duplicatePush ? 2 : 1;
      for (let n = 0; n < copies; n++) setTimeout(() => socket.send(text), random() * faults.delayMs);
      return 'sent';
    },
  };
  const principal = {
    subject: 'ada',
    tenantId: 'acme',
    roles: ['viewer'] as const,
    tokenExpiresAtMs: Date.now() + 3_600_000,
  };
  const stream = makeStream({
    subscriptions: store.subscriptions,
    trail: store.trail,
    gateway,
    publish: async (entries) => entries.map(() => ({ kind: 'accepted', busId: 'x' })),
    verifyToken: async () => ({ kind: 'verified', principal }),
    operations: { ...store, ...noDeliveries },
    origins: 'any',
    log: () => {},
  });
  store.onDirect('broadcast', (event, acceptedAtMs) => void stream.broadcast(event, acceptedAtMs));
  store.consume('record', stream.record);
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'audit-stream.v1',
  });
  await once(server, 'listening');
  let last = 0;
  server.on('connection', async (socket, request) => {
    const connectionId = `c${++last}`;
    const protocols = request.headers['sec-websocket-protocol']?.split(/, ?/) ?? [];
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(connectionId);
      void stream.disconnected(connectionId);
    });
    const early: string[] = [];
    let ready = false;
    const take = async (text: string) => {
      const { messages, close } = await stream.receive(connectionId, text);
      for (const message of messages) socket.send(message);
      if (close) socket.close(close.code, close.reason);
    };
    socket.on('message', (data) => (ready ? void take(String(data)) : early.push(String(data))));
    const answer = await stream.connect({ connectionId, protocols, sourceIp: '127.0.0.1' });
    if (answer.kind === 'refused') return socket.close(3506, answer.reason);
    sockets.set(connectionId, socket);
    ready = true;
    for (const text of early) void take(text);
  });
  opened.push(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
    await until(() => sockets.size === 0);
    await store.close();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    faults,
    sockets,
    random,
  };
}

function aClient(url: string, options: Partial<AuditStreamClientOptions> = {}) {
  const client = new AuditStreamClient({ url, getToken: () => 'a.b.c', ...options });
  const given = new Map<string, string[]>();
  const twice: string[] = [];
  const gaps: unknown[] = [];
  const problems: unknown[] = [];
  client.on('event', ({ event, subs }) => {
    if (given.has(event.id)) twice.push(event.id);
    given.set(event.id, [...subs]);
  });
  client.on('also', ({ event, subs }) => given.get(event.id)?.push(...subs));
  client.on('gap', (gap) => gaps.push(gap));
  client.on('problem', (problem) => problems.push(problem));
  client.connect();
  opened.push(async () => client.close());
  return { client, given, twice, gaps, problems };
}

test.each(['known', 'trail'] as const)(
  'against the real store and calls, order %s: pushes dropped, doubled and delayed, connections cut: each event once',
  async (order) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const home = await aHome(seed);
    const { client, given, twice, gaps, problems } = aClient(home.url, { order });
    await client.subscribe('all', {});
    await client.subscribe('denied', { outcome: ['denied'] });
    Object.assign(home.faults, { dropPush: 1 / 3, duplicatePush: 0.2, delayMs: 30 });
    const sent: AuditEvent[] = [];
    for (let n = 0; n < 600; n++) {
      const entry = acceptable({ id: `${order}-${n}`, outcome: n % 7 === 0 ? 'denied' : 'success' });
      sent.push(entry.detail as AuditEvent);
      void home.store.accept([entry]);
      if (n % 60 === 30) for (const socket of home.sockets.values()) socket.terminate();
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, home.random() * 60));
    }
    await until(() => given.size === sent.length && !isBehind(given, sent));
    expect({ seed, twice, gaps, problems }).toEqual({ seed, twice: [], gaps: [], problems: [] });
    for (const { id, outcome } of sent)
      expect([...(given.get(id) ?? [])].sort()).toEqual(outcome === 'denied' ? ['all', 'denied'] : ['all']);
  },
);

test('an event too large for one frame comes trimmed, and fetch brings the whole', async () => {
  const home = await aHome(1);
  const { client, given } = aClient(home.url);
  await client.subscribe('all', {});
  const trimmed: unknown[] = [];
  client.on('event', (delivery) => trimmed.push(delivery.trimmed));
  const large = acceptable({ id: 'large', metadata: { note: 'ø'.repeat(60_000) } });
  await home.store.accept([large]);
  await until(() => given.has('large'));
  expect(trimmed).toEqual([expect.objectContaining({ paths: expect.arrayContaining([expect.any(String)]) })]);
  await until(async () => (await home.store.trail.byId('acme', 'large')) !== undefined);
  expect(await client.fetch('large')).toEqual(large.detail);
});

function isBehind(given: ReadonlyMap<string, readonly string[]>, sent: readonly AuditEvent[]): boolean {
  return sent.some(({ id, outcome }) => (given.get(id)?.length ?? 0) < (outcome === 'denied' ? 2 : 1));
}

test('a later subscription learns of an alert as `also`, which says that it is no event', async () => {
  const home = await aHome(1);
  const { client } = aClient(home.url);
  const alerts: unknown[] = [];
  const also: AuditStreamClientEvents['also'][] = [];
  client.on('alert', ({ alert }) => alerts.push(alert));
  client.on('also', (one) => also.push(one));
  await client.subscribe('alerts', { alertId: [{ exists: true }] });
  const detail = anAlert({ occurredAt: new Date().toISOString() });
  const alert = { ...acceptable({ id: detail.id }), source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail };
  await home.store.accept([alert, acceptable({ id: 'an-event' })]);
  await until(() => alerts.length === 1);
  await client.subscribe('all', {}, { after: { seconds: 60 } });
  await until(() => also.length === 1);
  expect(also[0]).toMatchObject({ kind: 'alert', id: detail.id, subs: ['all'] });
});
