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

test('one letter can be put back by its id', async () => {
  consumeWith(() => ({ kind: 'rejected', reason: 'no' }));
  await store.accept(['a', 'b'].map((id) => acceptable({ id })));
  await until(() => store.deadLetters.list('record').letters.length === 2);
  const [first] = store.deadLetters.list('record').letters;

  expect(await store.deadLetters.redrive('record', first?.messageId)).toBe(1);
  await until(() => received.length === 3 && store.deadLetters.list('record').letters.length === 2);
  expect(ids()).toEqual(['a', 'b', 'a']);

  expect(await store.deadLetters.redrive('record')).toBe(2);
  expect(await store.deadLetters.redrive('record', 'unknown')).toBe(0);
});

test('what dies again while all are put back stays dead', async () => {
  consumeWith(() => ({ kind: 'rejected', reason: 'no' }));
  await store.accept(Array.from({ length: 3000 }, (_, i) => acceptable({ id: `e${i}` })));
  await until(() => store.deadLetters.countByReason()[0]?.count === 3000);

  expect(await store.deadLetters.redrive('record')).toBe(3000);
  await until(() => received.length === 6000 && store.deadLetters.countByReason()[0]?.count === 3000);
});
