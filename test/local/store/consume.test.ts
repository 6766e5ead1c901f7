import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import type { Outcome, QueueMessage } from '../../../src/stream/ports.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';

let store: Store;
let received: QueueMessage[];
const ids = () => received.map(({ event }) => (event.detail as { id: string }).id);

beforeEach(() => {
  // No jitter: a retry is due at once.
  store = openStore({ dataDir: ':memory:', random: () => 0 });
  received = [];
});
afterEach(() => store.close());

/** Consumes with `outcome` for each message. */
function consumeWith(outcome: (message: QueueMessage) => Outcome): void {
  store.consume('record', async (messages) => {
    received.push(...messages);
    return messages.map(outcome);
  });
}

test('a message is handed out once when it is delivered', async () => {
  consumeWith(() => ({ kind: 'delivered' }));
  await store.accept([acceptable({ id: 'a' })]);
  await store.accept([acceptable({ id: 'b' })]);
  await until(() => received.length === 2);

  expect(ids()).toEqual(['a', 'b']);
  expect(received.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
});

test('a message that waited before the consumer came is handed out', async () => {
  await store.accept([acceptable({ id: 'early' })]);
  consumeWith(() => ({ kind: 'delivered' }));
  await until(() => received.length === 1);

  expect(ids()).toEqual(['early']);
});

test('only what failed is tried again', async () => {
  consumeWith((message) =>
    ids().indexOf('bad') >= 0 &&
    (message.event.detail as { id: string }).id === 'bad' &&
    message.receiveCount < 3
      ? { kind: 'retry', reason: 'not yet' }
      : { kind: 'delivered' },
  );
  await store.accept(['good', 'bad', 'fine'].map((id) => acceptable({ id })));
  await until(() => ids().filter((id) => id === 'bad').length === 3);

  expect(
    ids()
      .filter((id) => id !== 'bad')
      .toSorted(),
  ).toEqual(['fine', 'good']);
  expect(store.deadLetters.countByReason()).toEqual([]);
});

test('a rejected message waits with its reason among the dead letters, at once', async () => {
  consumeWith(() => ({ kind: 'rejected', reason: 'invalid_event', detail: 'action: missing' }));
  await store.accept([acceptable({ id: 'bad' })]);
  await until(() => store.deadLetters.list('record').letters.length === 1);

  expect(received).toHaveLength(1);
  expect(store.deadLetters.list('record').letters[0]).toMatchObject({
    reason: 'invalid_event',
    detail: 'action: missing',
    receiveCount: 1,
    event: { detail: { id: 'bad' } },
  });
});

test('a message that never succeeds is given up after the receives that the topology allows', async () => {
  consumeWith(() => ({ kind: 'retry', reason: 'down' }));
  await store.accept([acceptable({ id: 'bad' })]);
  await until(() => store.deadLetters.list('record').letters.length === 1);

  expect(received.map(({ receiveCount }) => receiveCount)).toEqual([1, 2, 3, 4, 5]);
  expect(store.deadLetters.countByReason()).toEqual([
    { queue: 'record', reason: 'retries_exhausted', count: 1 },
  ]);
});

test('a throw means the whole batch is tried again', async () => {
  let thrown = 0;
  store.consume('record', async (messages) => {
    received.push(...messages);
    if (thrown++ === 0) throw new Error('broken');
    return messages.map(() => ({ kind: 'delivered' }));
  });
  await store.accept([acceptable({ id: 'a' }), acceptable({ id: 'b' })]);
  await until(() => received.length === 4);

  expect(ids()).toEqual(['a', 'b', 'a', 'b']);
});

test('a dead letter put back is tried from the start', async () => {
  let healthy = false;
  consumeWith(() => (healthy ? { kind: 'delivered' } : { kind: 'rejected', reason: 'not_yet' }));
  await store.accept([acceptable({ id: 'a' }), acceptable({ id: 'b' })]);
  await until(() => store.deadLetters.list('record').letters.length === 2);
  healthy = true;
  received = [];

  expect(await store.deadLetters.redrive('record')).toBe(2);
  await until(() => received.length === 2);

  expect(received.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
  expect(store.deadLetters.list('record').letters).toEqual([]);
});

test('the dead letters of a queue come in pages', async () => {
  consumeWith(() => ({ kind: 'rejected', reason: 'no' }));
  await store.accept(Array.from({ length: 25 }, (_, i) => acceptable({ id: `e${i}` })));
  await until(() => store.deadLetters.countByReason()[0]?.count === 25);

  const seen: string[] = [];
  for (let next: string | undefined; ; ) {
    const page = store.deadLetters.list('record', { limit: 10, ...(next && { next }) });
    seen.push(...page.letters.map(({ event }) => (event.detail as { id: string }).id));
    if (!page.next) break;
    next = page.next;
  }

  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `e${i}`));
});

test('stop waits for the batch in hand and settles it', async () => {
  let finish = () => {};
  const consumption = store.consume('record', async (messages) => {
    received.push(...messages);
    await new Promise<void>((resolve) => (finish = resolve));
    return messages.map(() => ({ kind: 'delivered' }));
  });
  await store.accept([acceptable({ id: 'a' })]);
  await until(() => received.length === 1);
  const stopped = consumption.stop();
  finish();
  await stopped;
  consumeWith(() => ({ kind: 'delivered' }));
  await store.accept([acceptable({ id: 'b' })]);
  await until(() => received.length === 2);

  expect(ids()).toEqual(['a', 'b']);
});

test('a replay brings archived events back, named, to the queues only', async () => {
  let direct = 0;
  store.onDirect('broadcast', () => direct++);
  consumeWith(() => ({ kind: 'delivered' }));
  await store.accept([acceptable({ id: 'a' }), acceptable({ id: 'b' })]);
  await until(() => received.length === 2);
  received = [];

  expect(await store.replay({ fromMs: 0, toMs: Date.now() + 1, name: 'again' })).toBe(2);
  await until(() => received.length === 2);

  expect(ids()).toEqual(['a', 'b']);
  expect(received[0]?.event['replay-name']).toBe('again');
  expect(direct).toBe(2);
});
