import { expect, test } from '@jest/globals';
import { ERRORS, MAX_FRAME_BYTES } from '../../src/domain/protocol/messages.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import { aStream } from './a-stream.ts';
import { anEvent, aPrincipal, onBus, START_MS, said } from './memory-home.ts';

test('a ping is answered with its id', async () => {
  const { viewer } = aStream();
  const ada = await viewer('c1');
  expect(await ada.say({ type: 'ping' })).toMatchObject({ type: 'pong', id: 'm1' });
});

test('a bad message is answered with what is wrong, and the connection stays', async () => {
  const { viewer, receive } = aStream();
  const ada = await viewer('c1');
  for (const text of ['', 'null', '{"v":1,"type":"nonsense"}', 'x'.repeat(200_000)]) {
    const reply = await receive('c1', text);
    expect(said(reply.messages[0]).type).toBe('error');
    expect(reply.close).toBeUndefined();
  }
  expect((await ada.say({ type: 'ping' })).type).toBe('pong');
});

test('a connection that nobody knows is told to connect again', async () => {
  const { receive } = aStream();
  const reply = await receive('nobody', '{"v":1,"type":"ping","id":"a"}');
  expect(said(reply.messages[0])).toMatchObject({ type: 'error', name: 'connection_expired', id: 'a' });
  expect(reply.close?.code).toBe(ERRORS.connection_expired);
});

test('a row that is over its time does not count, though the table still holds it', async () => {
  const { viewer, clock, broadcast, gateway } = aStream();
  const ada = await viewer('c1', { tokenExpiresAtMs: START_MS + 60_000 });
  await ada.subscribe('all');
  clock.pass(60_000 + LIMITS.clockLeewayMs);
  const reply = await ada.receive({ type: 'ping' });
  expect(said(reply.messages[0])).toMatchObject({ name: 'token_expired', code: 3003, temporary: true });
  expect(reply.close).toEqual({ code: 3003, reason: 'token_expired' });
  expect(await broadcast(onBus(anEvent()), clock.now())).toMatchObject({ matched: 0 });
  expect(gateway.sent).toEqual([]);
});

test('a fresh token of the same person and tenant lets the connection and its subscriptions go on', async () => {
  const { viewer, clock, broadcast } = aStream();
  const ada = await viewer('c1', { tokenExpiresAtMs: START_MS + 60_000 });
  await ada.subscribe('all');
  await broadcast(onBus(anEvent()), clock.now());
  const token = JSON.stringify(aPrincipal({ tokenExpiresAtMs: START_MS + 120_000 }));
  expect(await ada.say({ type: 'refresh', token })).toMatchObject({
    type: 'refreshed',
    expiresAtMs: START_MS + 120_000 + LIMITS.clockLeewayMs,
  });
  clock.pass(100_000);
  expect((await ada.say({ type: 'ping' })).type).toBe('pong');
  expect(await broadcast(onBus(anEvent()), clock.now())).toMatchObject({ sent: 1 });
});

test('a refresh never lasts longer than the two hours of the connection', async () => {
  const { viewer } = aStream();
  const ada = await viewer('c1');
  const token = JSON.stringify(aPrincipal({ tokenExpiresAtMs: START_MS + 86_400_000 }));
  expect(await ada.say({ type: 'refresh', token })).toMatchObject({
    expiresAtMs: START_MS + LIMITS.maxConnectionMs,
  });
});

test.each([
  ['a bad token', 'bad'],
  ["another person's token", JSON.stringify(aPrincipal({ subject: 'eve' }))],
])('%s is refused and audited, and the connection stays as it was', async (_, token) => {
  const { viewer, bus, settled } = aStream();
  const ada = await viewer('c1');
  expect(await ada.say({ type: 'refresh', token })).toMatchObject({ name: 'unauthorized', path: 'token' });
  expect((await ada.say({ type: 'ping' })).type).toBe('pong');
  await settled();
  expect(bus.published.at(-1)?.detail).toMatchObject({ action: 'stream.denied', actor: { id: 'ada' } });
});

test('a store that is lost is answered as temporary, and the next message is heard', async () => {
  const { viewer, subscriptions } = aStream();
  const ada = await viewer('c1');
  const { of } = subscriptions;
  await ada.subscribe('all');
  subscriptions.of = () => Promise.reject(new Error('locked'));
  const pull = { type: 'pull', sub: 'all', after: '01JBKZ00000000000' as never, as: 'ids' } as const;
  expect(await ada.say({ ...pull, after: await ada.subscribe('b') })).toMatchObject({
    name: 'internal',
    temporary: true,
  });
  subscriptions.of = of;
  expect(await ada.say({ ...pull, after: await ada.subscribe('b') })).toMatchObject({ type: 'page' });
});

test('what was disconnected is deleted with its subscriptions, and nothing else', async () => {
  const { viewer, disconnected, rows } = aStream();
  for (const id of ['c1', 'c10', 'c2']) await (await viewer(id)).subscribe('all');
  await disconnected('c1');
  expect([...rows.values()].map(({ connectionId }) => connectionId)).toEqual(['c10', 'c2']);
});

test('the limit of subscriptions is said with the refusal; the same name again replaces', async () => {
  const { viewer } = aStream({ limits: { subscriptionsPerConnection: 2 } });
  const ada = await viewer('c1');
  for (const sub of ['a', 'b', 'a']) await ada.subscribe(sub);
  expect(await ada.say({ type: 'subscribe', sub: 'c', filter: {} })).toMatchObject({
    name: 'too_many_subscriptions',
    limit: 2,
  });
});

test('a filter that is wrong is refused at its path, one that is too long with the limit', async () => {
  const { viewer } = aStream({ limits: { patternBytes: 100 } });
  const ada = await viewer('c1');
  const wrong = { actor: { type: [{ prefix: 7 }] } };
  expect(await ada.say({ type: 'subscribe', sub: 'a', filter: wrong })).toMatchObject({
    name: 'invalid_filter',
    path: 'filter.actor.type[0].prefix',
    message: expect.not.stringContaining('$'),
  });
  expect(await ada.say({ type: 'subscribe', sub: 'a', filter: { action: ['€'.repeat(40)] } })).toMatchObject({
    name: 'too_large',
    path: 'filter',
    limit: 100,
  });
});

test('a large event is fetched whole, in parts of one frame', async () => {
  const { viewer, trail, clock } = aStream();
  const ada = await viewer('c1');
  const event = anEvent({ metadata: { text: 'a"€\u0001\ud83d\ude00\\'.repeat(15_000) } });
  await trail.append([{ event, kind: 'event', acceptedAtMs: clock.now() }]);
  const { messages } = await ada.receive({ type: 'fetch', eventId: event.id });
  const parts = messages.map((text) => {
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_FRAME_BYTES);
    const part = said(text);
    if (part.type !== 'part') throw new Error(text);
    return part;
  });
  expect(parts.length).toBeGreaterThan(4);
  expect(parts.map(({ n, of }) => [n, of])).toEqual(parts.map((_, n) => [n, parts.length]));
  expect(JSON.parse(parts.map(({ data }) => data).join(''))).toEqual(event);
});

test("another tenant's event is as unknown as one that never was", async () => {
  const { viewer, trail, clock } = aStream();
  const ada = await viewer('c1');
  const event = anEvent({ tenantId: 'globex' });
  await trail.append([{ event, kind: 'event', acceptedAtMs: clock.now() }]);
  const answers = await Promise.all(
    [event.id, 'never-was'].map((eventId) => ada.say({ type: 'fetch', eventId })),
  );
  expect(answers.map((answer) => ({ ...answer, id: '' }))).toEqual(
    Array(2).fill(expect.objectContaining({ name: 'not_found', path: 'eventId' })),
  );
});
