import { expect, test } from '@jest/globals';
import type { BusEvent } from '../../../src/domain/bus-event.ts';
import { openStore } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';

const memory = () => openStore({ dataDir: ':memory:' });

test('calls of one turn are answered each with its own outcomes, in order', async () => {
  const store = memory();

  const [first, second] = await Promise.all([
    store.accept([acceptable({ id: 'a' }), acceptable({ id: 'b' })]),
    store.accept([acceptable({ id: 'c' })]),
  ]);

  expect(first.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  expect(second.map(({ kind }) => kind)).toEqual(['accepted']);
  await store.close();
});

test('the same id and content is answered as the first was, and is not put on the bus again', async () => {
  const store = memory();
  const direct: BusEvent[] = [];
  store.onDirect('broadcast', (event) => direct.push(event));
  const once = acceptable({ id: 'same' });

  const [first] = await store.accept([once]);
  const [again] = await store.accept([once]);

  expect(first?.kind).toBe('accepted');
  expect(again).toEqual({ kind: 'duplicate', busId: first?.kind === 'accepted' && first.busId });
  expect(direct).toHaveLength(1);
  await store.close();
});

test('other content under a known id is a conflict, also within one call', async () => {
  const store = memory();

  const outcomes = await store.accept([
    acceptable({ id: 'same', message: 'one' }),
    acceptable({ id: 'same', message: 'two' }),
  ]);

  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'id_conflict']);
  await store.close();
});

test('an event of another detail type is kept in the archive and goes to no queue', async () => {
  const store = memory();
  const seen: unknown[] = [];
  store.consume('record', async (messages) => {
    seen.push(...messages);
    return messages.map(() => ({ kind: 'delivered' }));
  });

  const [outcome] = await store.accept([
    { source: 'my.app', detailType: 'Order Placed', detail: { order: 1 } },
  ]);
  await store.accept([acceptable({ id: 'after' })]);
  await until(() => seen.length > 0);

  expect(outcome?.kind).toBe('accepted');
  expect(seen).toHaveLength(1);
  expect(await store.replay({ fromMs: 0, toMs: Date.now() + 1000, name: 'r' })).toBe(2);
  await store.close();
});
