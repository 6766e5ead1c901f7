import { expect, test } from '@jest/globals';
import { anAuditEvent } from '../../domain/event/an-audit-event.ts';
import { aHome, aToken, eventually, post } from '../a-home.ts';
import { aViewer } from '../a-viewer.ts';

test('the subprotocol is echoed, and the token is not', async () => {
  const home = await aHome();
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  expect(viewer.socket.protocol).toBe('audit-stream.v1');
});

test('a bad message is answered with its code and path, and the connection stays', async () => {
  const home = await aHome();
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  viewer.socket.send('no json');
  viewer.socket.send(Buffer.from([1, 2, 3]));
  viewer.say({ type: 'subscribe', id: 'bad', sub: 'x', filter: { action: [{ prefix: 7 }] } });
  viewer.say({ type: 'ping', id: 'still-here' });
  await viewer.hear('pong', 'still-here');
  const errors = viewer.heard.filter((message) => message.type === 'error');
  expect(errors.map(({ name }) => name).sort()).toEqual([
    'invalid_filter',
    'invalid_message',
    'invalid_message',
  ]);
  expect(errors.find(({ name }) => name === 'invalid_filter')).toMatchObject({
    id: 'bad',
    path: expect.stringContaining('action'),
  });
});

test('a message of more than 128 KB, and a frame of more than 32 KB, close with 1009', async () => {
  const home = await aHome();
  const large = await aViewer(home.streamUrl, await aToken(home));
  large.socket.send('x'.repeat(128 * 1024 + 1));
  expect((await large.closed).code).toBe(1009);

  const wide = await aViewer(home.streamUrl, await aToken(home));
  wide.socket.send('x'.repeat(32 * 1024 + 1));
  expect((await wide.closed).code).toBe(1009);
});

test('a large message in frames of 32 KB is taken as one', async () => {
  const home = await aHome();
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  const text = JSON.stringify({ v: 1, type: 'ping', id: 'large' }).padEnd(100_000);
  for (let at = 0; at < text.length; at += 32 * 1024) {
    viewer.socket.send(text.slice(at, at + 32 * 1024), { fin: at + 32 * 1024 >= text.length });
  }
  await viewer.hear('pong', 'large');
});

test('too many messages a second are answered with the limit and the id of what was not done', async () => {
  const home = await aHome({ limits: { messagesPerSecond: 5 } });
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  for (let i = 0; i < 30; i++) viewer.say({ type: 'ping', id: `p${i}` });
  const error = await viewer.hear('error');
  expect(error).toMatchObject({
    name: 'too_frequent',
    limit: 5,
    temporary: true,
    id: expect.stringMatching(/^p/),
  });
  expect(viewer.socket.readyState).toBe(viewer.socket.OPEN);
});

test('a connection on which nothing is said is cut; one that speaks is not', async () => {
  const home = await aHome({ gateway: { idleMs: 300 } });
  const silent = await aViewer(home.streamUrl, await aToken(home));
  const speaking = await aViewer(home.streamUrl, await aToken(home));
  const talk = setInterval(() => speaking.say({ type: 'ping', id: 'p' }), 30).unref();
  expect((await silent.closed).code).toBe(1001);
  expect(speaking.socket.readyState).toBe(speaking.socket.OPEN);
  clearInterval(talk);
});

test('before the two-hour cut the viewer hears goaway, and after it the connection is gone', async () => {
  const home = await aHome({ limits: { maxConnectionMs: 600 }, gateway: { goawayMs: 400 } });
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  const { deadlineMs } = await viewer.hear('goaway');
  expect(deadlineMs).toBeGreaterThan(0);
  expect(deadlineMs).toBeLessThanOrEqual(400);
  expect((await viewer.closed).code).toBe(1001);
});

test('a connection that ends takes exactly its own place: others go on', async () => {
  const home = await aHome();
  const leaving = await aViewer(home.streamUrl, await aToken(home));
  const staying = await aViewer(home.streamUrl, await aToken(home));
  await leaving.subscribe();
  await staying.subscribe();
  leaving.socket.terminate();
  await leaving.closed;
  await eventually(
    async () =>
      ((await (await fetch(`${home.url}/health`)).json()) as { connections: number }).connections === 1,
  );
  await post(`${home.url}/events`, anAuditEvent({ id: 'after' }));
  expect((await staying.hear('event')).event.id).toBe('after');
});

test('a viewer that does not read holds up nobody else', async () => {
  const home = await aHome();
  const slow = await aViewer(home.streamUrl, await aToken(home));
  const quick = await aViewer(home.streamUrl, await aToken(home));
  await slow.subscribe();
  await quick.subscribe();
  slow.socket.pause();
  const large = (i: number) => anAuditEvent({ id: `e${i}`, metadata: { text: 'x'.repeat(20_000) } });
  for (let i = 0; i < 500; i += 50)
    await post(
      `${home.url}/events`,
      Array.from({ length: 50 }, (_, k) => large(i + k)),
    );
  await eventually(() => quick.heard.filter(({ type }) => type === 'event').length === 500);
  expect(quick.socket.readyState).toBe(quick.socket.OPEN);
  slow.socket.terminate();
});
