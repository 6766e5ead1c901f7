import { afterEach, expect, jest, test } from '@jest/globals';
import type { AuditStreamClientOptions } from '../../src/client/client.ts';
import { positionAt } from '../../src/domain/position.ts';
import { ERRORS } from '../../src/domain/protocol/messages.ts';
import { type ModelConnection, ModelServer } from './model-server.ts';
import { anEvent, Viewer } from './viewer.ts';

const MINUTE_MS = 60_000;

/** A viewer of everything, connected; `prepare` sets the server up before. */
async function aLiveViewer(
  options: Partial<AuditStreamClientOptions> = {},
  prepare: (server: ModelServer) => void = () => {},
) {
  const server = new ModelServer();
  prepare(server);
  const viewer = new Viewer(server, options);
  const watch = viewer.subscribe('all');
  viewer.client.connect();
  await server.time.pass(1_000);
  return { server, viewer, watch, client: viewer.client, time: server.time };
}

const theConnection = (server: ModelServer) => [...server.connections][0] as ModelConnection;
const pulls = (server: ModelServer, as: 'ids' | 'events') =>
  server.received.filter((message) => message.type === 'pull' && message.as === as);
const kinds = (viewer: Viewer) => viewer.statuses.map(({ kind }) => kind);

afterEach(() => {
  jest.restoreAllMocks();
});

test('a pushed event is handed over once, with all subscriptions that match', async () => {
  const { server, viewer, time } = await aLiveViewer();
  viewer.subscribe('reads', { action: ['invoice.read'] });
  await time.pass(1_000);
  server.publish(anEvent('a'));
  await time.pass(MINUTE_MS);
  expect(viewer.deliveries).toMatchObject([{ via: 'push', subs: ['all', 'reads'], event: { id: 'a' } }]);
  expect(viewer.verdict()).toEqual([]);
});

test('an event whose push was dropped is pulled from the trail within 15 seconds', async () => {
  const { server, viewer, time } = await aLiveViewer();
  server.faults.dropPush = 1;
  server.publish(anEvent('a'));
  await time.pass(15_000);
  expect(viewer.deliveries).toMatchObject([{ via: 'pull', event: { id: 'a' } }]);
});

test('while no push is missed only ids are pulled', async () => {
  const { server, viewer, time } = await aLiveViewer();
  for (const id of ['a', 'b', 'c']) server.publish(anEvent(id));
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toHaveLength(3);
  expect(pulls(server, 'events')).toEqual([]);
});

test('after a reconnect what was missed is pulled at once, not at the next heartbeat', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.heartbeatMs = 10 * MINUTE_MS;
  });
  server.faults.refuse = true;
  theConnection(server).close(1006, '');
  for (let n = 0; n < 50; n++) server.publish(anEvent(`e${n}`));
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual([]);
  server.faults.refuse = false;
  await time.pass(31_000);
  expect(viewer.ids).toHaveLength(50);
});

test('history is pulled at once, page after page, as events', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.heartbeatMs = 10 * MINUTE_MS;
  });
  server.faults.dropPush = 1;
  for (let n = 0; n < 50; n++) server.publish(anEvent(`e${n}`, 'old'));
  await time.pass(MINUTE_MS);
  viewer.subscribe('history', { action: ['old'] }, { seconds: 120 });
  await time.pass(1_000);
  expect(viewer.watch('history')?.given).toHaveLength(50);
  expect(pulls(server, 'events')).toHaveLength(3);
});

test('a long catch-up asks at most fifty times a second', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.pageSize = 1;
  });
  server.faults.dropPush = 1;
  for (let n = 0; n < 300; n++) server.publish(anEvent(`e${n}`, 'old'));
  await time.pass(8_000);
  viewer.subscribe('history', { action: ['old'] }, { seconds: 60 });
  const before = server.received.length;
  await time.pass(2_000);
  expect(server.received.length - before).toBeLessThan(150);
  await time.pass(30_000);
  expect(viewer.watch('history')?.given).toHaveLength(300);
});

test('a later subscription learns of what was handed over before as `also`, with the event', async () => {
  const { server, viewer, time } = await aLiveViewer();
  server.publish(anEvent('a', 'old'));
  await time.pass(30_000);
  viewer.subscribe('history', { action: ['old'] }, { seconds: 120 });
  await time.pass(1_000);
  expect(viewer.ids).toEqual(['a']);
  expect(viewer.also).toMatchObject([{ id: 'a', subs: ['history'], event: { action: 'old' } }]);
});

test('a server that says nothing is given up at the deadline, and the next attempt succeeds', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.faults.mute = true;
  });
  await time.pass(10_000);
  expect(viewer.statuses).toContainEqual(
    expect.objectContaining({ kind: 'waiting', reason: expect.stringContaining('no welcome') }),
  );
  server.faults.mute = false;
  await time.pass(MINUTE_MS);
  expect(viewer.client.status.kind).toBe('live');
});

test('a half-open socket is found by its silence and replaced', async () => {
  const { server, viewer, time } = await aLiveViewer();
  theConnection(server).halfOpen();
  server.publish(anEvent('a'));
  await time.pass(30_000);
  expect(viewer.statuses).toContainEqual(
    expect.objectContaining({ kind: 'waiting', reason: expect.stringContaining('did not answer') }),
  );
  expect(viewer.ids).toEqual(['a']);
});

test('a page frozen for an hour, its socket dead since, recovers as soon as its timers run again', async () => {
  const { server, viewer, time } = await aLiveViewer();
  theConnection(server).halfOpen();
  for (let n = 0; n < 30; n++) server.publish(anEvent(`e${n}`));
  await time.pass(100);
  time.nowMs += 60 * MINUTE_MS;
  viewer.wake(true);
  await time.pass(30_000);
  expect(viewer.client.status.kind).toBe('live');
  expect(viewer.ids).toHaveLength(30);
  expect(viewer.verdict()).toEqual([]);
});

test('every attempt asks for a fresh token', async () => {
  const tokens: string[] = [];
  const server = new ModelServer();
  const viewer = new Viewer(server, {
    getToken: () => {
      tokens.push(server.getToken());
      return tokens.at(-1) as string;
    },
  });
  viewer.client.connect();
  for (let n = 0; n < 3; n++) {
    await server.time.pass(20_000);
    theConnection(server).close(1006, '');
  }
  await server.time.pass(20_000);
  expect(new Set(tokens).size).toBe(4);
});

test.each([
  ['throws', () => Promise.reject(new Error('login needed')), 'login needed'],
  ['hangs', () => new Promise<string>(() => {}), 'no answer within'],
  ['gives nothing', () => '', 'nothing'],
  ['gives what is no token', () => 'sec ret\n', 'text that cannot be one'],
])('getToken that %s is tried again, with a reason that holds no token', async (_, broken, reason) => {
  const server = new ModelServer();
  let getToken: () => string | Promise<string> = broken;
  const viewer = new Viewer(server, { getToken: () => getToken() });
  viewer.client.connect();
  await server.time.pass(10_001);
  const waiting = viewer.statuses.find(({ kind }) => kind === 'waiting');
  expect(waiting).toMatchObject({ reason: expect.stringContaining(reason) });
  expect(JSON.stringify(viewer.statuses)).not.toContain('sec ret');
  getToken = server.getToken;
  await server.time.pass(MINUTE_MS);
  expect(viewer.client.status.kind).toBe('live');
});

test('the token is refreshed in band before it runs out: one connection lives on', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.tokenLifeMs = 5 * MINUTE_MS;
  });
  await time.pass(60 * MINUTE_MS);
  expect(server.attempts).toBe(1);
  expect(kinds(viewer)).toEqual(['connecting', 'live']);
});

test('a refresh that is refused replaces the connection, without a break', async () => {
  const server = new ModelServer();
  server.tokenLifeMs = 5 * MINUTE_MS;
  let asked = 0;
  const viewer = new Viewer(server, { getToken: () => (++asked === 2 ? 'forged' : server.getToken()) });
  viewer.client.connect();
  await server.time.pass(20 * MINUTE_MS);
  expect(kinds(viewer)).toEqual(['connecting', 'live', 'live']);
  expect(server.attempts).toBe(2);
});

test('before the longest time of a connection is over the next one has taken over: live throughout, nothing twice', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.maxConnectionMs = 10 * MINUTE_MS;
  });
  for (let n = 0; n < 600; n++) {
    server.publish(anEvent(`e${n}`));
    await time.pass(5_000);
  }
  await time.pass(MINUTE_MS);
  expect(server.attempts).toBeGreaterThan(5);
  expect(server.connections.size).toBe(1);
  expect(
    kinds(viewer)
      .slice(1)
      .every((kind) => kind === 'live'),
  ).toBe(true);
  expect(viewer.ids).toHaveLength(600);
  expect(viewer.deliveries.filter(({ via }) => via === 'pull').length).toBeLessThan(30);
  expect(viewer.verdict()).toEqual([]);
});

test('on goaway the next connection is complete before the old one is closed', async () => {
  const { server, viewer, time } = await aLiveViewer();
  const old = theConnection(server);
  server.faults.latencyMs = 300;
  old.goaway(MINUTE_MS);
  const seen = new Set<number>();
  for (let n = 0; n < 100; n++) {
    server.publish(anEvent(`e${n}`));
    await time.pass(50);
    seen.add(server.connections.size);
  }
  await time.pass(30_000);
  expect(seen).toEqual(new Set([1, 2]));
  expect(server.connections.has(old)).toBe(false);
  expect(new Set(viewer.deliveries.map(({ via }) => via))).toEqual(new Set(['push']));
  expect(kinds(viewer)).toEqual(['connecting', 'live', 'live']);
  expect(viewer.verdict()).toEqual([]);
});

test('complete means pulled to the end: only then does the old connection go', async () => {
  const { server, viewer, time } = await aLiveViewer();
  for (const name of ['two', 'three', 'four']) viewer.subscribe(name);
  await time.pass(1_000);
  const old = theConnection(server);
  server.faults.latencyMs = 2_000;
  old.goaway(MINUTE_MS);
  while (server.connections.has(old)) await time.pass(10);
  expect(theConnection(server).pages).toBeGreaterThanOrEqual(4);
});

test('when the next connection cannot be had after a goaway, the old one is used to its end', async () => {
  const { server, viewer, time } = await aLiveViewer();
  server.faults.refuse = true;
  theConnection(server).goaway(20_000);
  await time.pass(10_000);
  server.publish(anEvent('a'));
  await time.pass(1_000);
  expect(viewer.ids).toEqual(['a']);
  expect(viewer.client.status.kind).toBe('live');
  await time.pass(10_000);
  server.faults.refuse = false;
  await time.pass(40_000);
  expect(viewer.client.status.kind).toBe('live');
});

test('a close code from 3500 gives up, and says the code and the reason', async () => {
  const { server, viewer, time } = await aLiveViewer();
  theConnection(server).close(ERRORS.forbidden, 'this tenant is closed');
  await time.pass(5 * MINUTE_MS);
  expect(viewer.client.status).toEqual({ kind: 'closed', code: 3505, reason: 'this tenant is closed' });
  expect(server.attempts).toBe(1);
});

test('so does a last word of the server before a close without a code of its own', async () => {
  const { server, viewer, time } = await aLiveViewer();
  theConnection(server).error('unauthorized');
  await time.pass(100);
  theConnection(server).close(1001, '');
  await time.pass(MINUTE_MS);
  expect(viewer.client.status).toMatchObject({ kind: 'closed', code: 3506 });
});

test('a close code below 3500 is a reason to come back', async () => {
  const { server, viewer, time } = await aLiveViewer();
  theConnection(server).close(ERRORS.slow_consumer, 'too slow');
  await time.pass(20_000);
  expect(viewer.statuses).toContainEqual(expect.objectContaining({ kind: 'waiting', reason: 'too slow' }));
  expect(viewer.client.status.kind).toBe('live');
});

test('a server that refuses is asked again for ever, ever more slowly', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.faults.refuse = true;
  });
  await time.pass(60 * MINUTE_MS);
  expect(server.attempts).toBeGreaterThan(100);
  expect(server.attempts).toBeLessThan(600);
  expect(viewer.statuses).toContainEqual(
    expect.objectContaining({ kind: 'waiting', reason: 'refused or unreachable' }),
  );
});

test('when the network is back or the page is seen again, the next attempt is made at once', async () => {
  const { server, viewer, time } = await aLiveViewer({ random: () => 0.999 }, (s) => {
    s.faults.refuse = true;
  });
  await time.pass(2 * MINUTE_MS);
  expect(viewer.client.status.kind).toBe('waiting');
  server.faults.refuse = false;
  await time.pass(1_100);
  viewer.wake(true);
  await time.pass(100);
  expect(viewer.client.status.kind).toBe('live');
});

test('a woken page finds out within seconds that its socket is dead', async () => {
  const { server, viewer, time } = await aLiveViewer({ random: () => 0.1 }, (s) => {
    s.heartbeatMs = 10 * MINUTE_MS;
  });
  theConnection(server).halfOpen();
  viewer.wake(true);
  await time.pass(5_000);
  expect(viewer.client.status.kind).toBe('live');
  expect(server.attempts).toBe(2);
});

test('a filter that the server refuses rejects with its path, is a problem once, and is not asked again', async () => {
  const { server, viewer, time } = await aLiveViewer();
  const bad = viewer.subscribe('bad', { action: 'invoice.read' } as never);
  await time.pass(1_000);
  expect(bad.refused).toMatchObject({ code: 3501, name: 'invalid_filter', path: 'filter.action' });
  expect(bad.refused?.message).toBe('invalid_filter.');
  theConnection(server).close(1006, '');
  await time.pass(MINUTE_MS);
  expect(viewer.problems).toMatchObject([{ sub: 'bad', code: 3501, path: 'filter.action' }]);
  expect(server.received.filter((message) => 'sub' in message && message.sub === 'bad')).toHaveLength(1);
});

test('a filter that no frame can carry is refused without asking', async () => {
  const { server, viewer, time } = await aLiveViewer();
  const long = viewer.subscribe('long', { action: ['x'.repeat(40_000)] });
  await time.pass(1_000);
  expect(long.refused).toMatchObject({ code: 3502, name: 'too_large' });
  expect(server.violations).toEqual([]);
});

test('a subscribe that fails for the moment is tried again', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.faults.subscribeFails = 1;
  });
  expect(viewer.watch('all')?.start).toBeUndefined();
  server.faults.subscribeFails = 0;
  await time.pass(6_000);
  expect(viewer.watch('all')?.start).toBeDefined();
});

test('the same name with another filter: pushes on their way are nobody’s, new ones are the new filter’s', async () => {
  const { server, viewer, time } = await aLiveViewer();
  server.faults.pushLatencyMs = 2_000;
  for (let n = 0; n < 20; n++) server.publish(anEvent(`old${n}`, 'old'));
  viewer.subscribe('all', { action: ['new'] });
  await time.pass(3_000);
  expect(viewer.ids).toEqual([]);
  server.publish(anEvent('new', 'new'));
  await time.pass(2_500);
  expect(viewer.deliveries).toMatchObject([{ event: { id: 'new' }, subs: ['all'], via: 'push' }]);
  expect(server.connections.size && [...theConnection(server).subs.keys()]).toHaveLength(1);
  expect(viewer.verdict()).toEqual([]);
});

test('at the limit of subscriptions one can still be replaced: the old one is ended first', async () => {
  const { viewer, time } = await aLiveViewer();
  for (const name of ['two', 'three', 'four']) viewer.subscribe(name);
  await time.pass(1_000);
  viewer.subscribe('two', { action: ['other'] });
  await time.pass(1_000);
  expect(viewer.problems).toEqual([]);
  expect(viewer.watch('two')?.start).toBeDefined();
});

test('after unsubscribe nothing comes for it any more, and the server has forgotten it', async () => {
  const { server, viewer, client, time } = await aLiveViewer();
  await Promise.all([client.unsubscribe('all'), time.pass(100)]);
  server.publish(anEvent('a'));
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual([]);
  expect(theConnection(server).subs.size).toBe(0);
  expect(client.completeUpTo('all')).toBeUndefined();
});

test('an ended subscription leaves the memory: its ids wait for no page', async () => {
  const { server, viewer, time } = await aLiveViewer({ maxRememberedIds: 1 });
  viewer.subscribe('new', { action: ['new'] });
  viewer.subscribe('old', { action: ['old'] });
  viewer.unsubscribe('all');
  await time.pass(100);
  server.publish(anEvent('a', 'old'));
  await time.pass(100);
  viewer.unsubscribe('old');
  server.publish(anEvent('b', 'new'));
  await time.pass(100);
  expect(viewer.ids).toEqual(['a', 'b']);
});

test('a subscription unsubscribed before it was acknowledged rejects', async () => {
  const server = new ModelServer();
  const { client } = new Viewer(server);
  const begun = client.subscribe('all', {});
  await client.unsubscribe('all');
  await expect(begun).rejects.toMatchObject({ code: 0, name: 'unsubscribed' });
});

test('where the trail is no longer kept there is one gap, and what is kept follows', async () => {
  const { server, viewer, watch, time } = await aLiveViewer();
  const from = watch.start;
  server.faults.refuse = true;
  theConnection(server).close(1006, '');
  server.publish(anEvent('lost'));
  await time.pass(2 * MINUTE_MS);
  server.publish(anEvent('kept'));
  await time.pass(MINUTE_MS);
  server.retainedFrom = positionAt(server.now() - 90_000);
  server.faults.refuse = false;
  await time.pass(MINUTE_MS);
  expect(viewer.gaps).toMatchObject([
    { sub: 'all', reason: 'retention', availableFrom: server.retainedFrom },
  ]);
  expect(viewer.gaps[0]?.from && viewer.gaps[0].from >= (from ?? '')).toBe(true);
  expect(viewer.ids).toEqual(['kept']);
});

test('in the order of the trail pushed bodies do not travel twice', async () => {
  const { server, viewer, time } = await aLiveViewer({ order: 'trail' });
  server.publish(anEvent('second'), 900);
  server.publish(anEvent('first'), 100);
  await time.pass(800);
  expect(viewer.ids).toEqual([]);
  await time.pass(30_000);
  expect(viewer.ids).toEqual(['first', 'second']);
  expect(pulls(server, 'events')).toEqual([]);
});

test('in the order of the trail an event waits for its place in all its subscriptions, then comes with all of them', async () => {
  const { server, viewer, time } = await aLiveViewer({ order: 'trail' });
  viewer.subscribe('reads', { action: ['invoice.read'] });
  await time.pass(100);
  for (let n = 0; n < 30; n++)
    server.publish(anEvent(`e${n}`, n % 2 ? 'invoice.read' : 'other'), 3_000 - n * 100);
  await time.pass(30_000);
  expect(viewer.ids).toEqual(server.trail.map(({ event }) => event.id));
  expect(viewer.deliveries.filter(({ subs }) => subs.length === 2)).toHaveLength(15);
  expect(viewer.disorder()).toEqual([]);
});

test('in the order of the trail a long history does not hold up what is live', async () => {
  const { server, viewer, time } = await aLiveViewer({ order: 'trail' }, (s) => {
    s.pageSize = 1;
  });
  server.faults.dropPush = 1;
  for (let n = 0; n < 200; n++) server.publish(anEvent(`old${n}`, 'old'));
  await time.pass(60_000);
  server.faults.latencyMs = 1_000;
  viewer.subscribe('history', { action: ['old'] }, { seconds: 90 });
  server.publish(anEvent('live'));
  await time.pass(25_000);
  expect(viewer.ids).toContain('live');
  expect(viewer.watch('history')?.given.length).toBeLessThan(100);
  await time.pass(10 * MINUTE_MS);
  expect(viewer.verdict()).toEqual([]);
  expect(viewer.disorder()).toEqual([]);
});

test('a listener that unsubscribes in the middle of the order changes nothing for the others', async () => {
  const { server, viewer, client, time } = await aLiveViewer({ order: 'trail', maxRememberedIds: 1 });
  viewer.subscribe('reads', { action: ['invoice.read'] });
  await time.pass(100);
  client.on('event', ({ event }) => event.id === 'e3' && viewer.unsubscribe('reads'));
  for (let n = 0; n < 10; n++) server.publish(anEvent(`e${n}`), 100 + n);
  await time.pass(30_000);
  expect(viewer.ids).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9']);
  expect(viewer.verdict()).toEqual([]);
});

test('an event that was recorded an hour late comes when it is recorded', async () => {
  const { server, viewer, time } = await aLiveViewer();
  server.faults.dropPush = 1;
  server.publish(anEvent('stuck'), 60 * MINUTE_MS);
  server.publish(anEvent('swift'));
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual(['swift']);
  await time.pass(60 * MINUTE_MS);
  expect(viewer.ids).toEqual(['swift', 'stuck']);
});

test('fetch puts the parts together in whatever order they come', async () => {
  const { server, client, time } = await aLiveViewer();
  const event = { ...anEvent('big'), message: 'long '.repeat(100) };
  server.record(event, server.now());
  server.faults.latencyMs = 200;
  const [whole] = await Promise.all([client.fetch('big'), time.pass(1_000)]);
  expect(whole).toEqual(event);
});

test('fetch asks again when the connection is lost; act does not', async () => {
  const { server, client, time } = await aLiveViewer();
  server.record(anEvent('a'), server.now());
  const fetched = client.fetch('a');
  const acted = client.act('accounts').catch((error: Error) => error);
  await time.pass(0);
  theConnection(server).close(1006, '');
  await time.pass(20_000);
  expect(await fetched).toEqual(anEvent('a'));
  expect(await acted).toMatchObject({ code: 0, name: 'disconnected' });
});

test('act is answered with the result, a refusal with the server’s error', async () => {
  const { client, time } = await aLiveViewer();
  const refused = client.fetch('unheard-of').catch((error: Error) => error);
  const [result] = await Promise.all([client.act('accounts'), time.pass(1_000)]);
  expect(result).toEqual({ did: 'accounts' });
  expect(await refused).toMatchObject({ code: 3507, name: 'not_found' });
});

test('a fetch without any connection rejects after its patience, saying so', async () => {
  const server = new ModelServer();
  server.faults.refuse = true;
  const { client } = new Viewer(server);
  client.connect();
  const fetched = client.fetch('a').catch((error: Error) => error);
  await server.time.pass(MINUTE_MS);
  expect(await fetched).toMatchObject({ name: 'timeout' });
});

test('a listener that throws is reported, and everything else goes on', async () => {
  const { server, viewer, client, time } = await aLiveViewer();
  const reported = jest.spyOn(console, 'error').mockImplementation(() => {});
  client.on('event', () => {
    throw new Error('bug in the page');
  });
  const after: string[] = [];
  client.on('event', ({ event }) => after.push(event.id));
  server.publish(anEvent('a'));
  await time.pass(MINUTE_MS);
  expect(after).toEqual(['a']);
  expect(viewer.verdict()).toEqual([]);
  expect(reported).toHaveBeenCalledTimes(1);
});

test('close ends the connection, all timers and all that waits; connect goes on without a loss', async () => {
  const server = new ModelServer();
  const timers = new Set<unknown>();
  const viewer = new Viewer(server, {
    setTimeout: (run, ms) => {
      const timer = server.time.setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms);
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      timers.delete(timer);
      server.time.clearTimeout(timer);
    },
  });
  viewer.subscribe('all');
  viewer.client.connect();
  await server.time.pass(1_000);
  const acted = viewer.client.act('accounts').catch((error: Error) => error);
  await server.time.pass(0);
  viewer.client.close();
  expect(viewer.client.status).toEqual({ kind: 'closed', reason: 'closed by the application' });
  expect(await acted).toBeInstanceOf(Error);
  expect(timers.size).toBe(0);
  server.publish(anEvent('meanwhile'));
  await server.time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual([]);
  viewer.client.connect();
  await server.time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual(['meanwhile']);
  expect(viewer.verdict()).toEqual([]);
});

test('a listener that closes the client in the middle of a page gets nothing more, and loses nothing', async () => {
  const { server, viewer, client, time } = await aLiveViewer();
  server.faults.dropPush = 1;
  for (let n = 0; n < 10; n++) server.publish(anEvent(`e${n}`));
  const stop = client.on('event', ({ event }) => event.id === 'e3' && client.close());
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toEqual(['e0', 'e1', 'e2', 'e3']);
  stop();
  client.connect();
  await time.pass(MINUTE_MS);
  expect(viewer.ids).toHaveLength(10);
  expect(viewer.verdict()).toEqual([]);
});

test('says who we are, how long a round trip takes, and up to where each subscription is complete', async () => {
  const { viewer, client, time } = await aLiveViewer();
  const latencies: number[] = [];
  client.on('latency', ({ roundTripMs }) => latencies.push(roundTripMs));
  await time.pass(20_000);
  expect(client.me).toEqual({ tenantId: 'acme', subject: 'ada', roles: ['viewer'] });
  expect(latencies.length).toBeGreaterThan(2);
  expect(Math.max(...latencies)).toBeLessThan(30);
  expect(client.completeUpTo('all')).toBeDefined();
  expect(viewer.verdict()).toEqual([]);
});

test('the time from accept to hand-over is told by one clock, however wrong this one is', async () => {
  const { server, viewer, time } = await aLiveViewer({}, (s) => {
    s.aheadMs = 3_600_000;
  });
  server.publish(anEvent('a'));
  await time.pass(1_000);
  const [delivery] = viewer.deliveries;
  const tookMs = (delivery?.handedOverAtMs ?? 0) - (delivery?.acceptedAtMs ?? 0);
  expect(tookMs).toBeGreaterThanOrEqual(0);
  expect(tookMs).toBeLessThan(100);
});

test('a runtime without WebSocket is told what to pass', () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  try {
    const { getToken } = new ModelServer();
    expect(() => new Viewer(new ModelServer(), { getToken, WebSocket: undefined as never })).toThrow(
      /pass one/,
    );
  } finally {
    if (WebSocket) globalThis.WebSocket = WebSocket;
  }
});
