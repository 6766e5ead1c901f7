import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { BusEvent } from '../../../src/domain/bus-event.ts';
import { TOPOLOGY } from '../../../src/domain/topology.ts';
import { openStore } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { replayAll } from '../../builders/replay-all.ts';
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
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-accept-'));
  const store = openStore({ dataDir });
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
  await store.close();
  // A route of its own, made later, can still get it.
  const orders = { ...TOPOLOGY.record, name: 'orders', pattern: { 'detail-type': ['Order Placed'] } };
  const later = openStore({ dataDir, topology: { ...TOPOLOGY, orders } });
  expect(replayAll(later, { route: 'orders' }).putBack).toBe(1);
  await later.close();
  rmSync(dataDir, { recursive: true });
});

test('a call with a detail that has no JSON fails alone', async () => {
  const store = memory();

  const [bad, good] = await Promise.allSettled([
    store.accept([{ ...acceptable({ id: 'bad' }), detail: 1n }]),
    store.accept([acceptable({ id: 'good' })]),
  ]);

  expect(bad.status).toBe('rejected');
  expect(good).toMatchObject({ status: 'fulfilled', value: [{ kind: 'accepted' }] });
  await store.close();
});

test('a listener that throws is reported, and harms neither the others nor the caller', async () => {
  const reports: string[] = [];
  const store = openStore({ dataDir: ':memory:', report: (trouble) => reports.push(trouble) });
  const direct: BusEvent[] = [];
  store.onDirect('broadcast', () => {
    throw new Error('socket is gone');
  });
  store.onDirect('broadcast', (event) => direct.push(event));

  const [outcome] = await store.accept([acceptable()]);

  expect(outcome?.kind).toBe('accepted');
  expect(direct).toHaveLength(1);
  expect(reports).toEqual(['broadcast: socket is gone']);
  await store.close();
});

test('what waits when the store is closed is still taken; what comes later is refused in words', async () => {
  const store = memory();

  const waiting = store.accept([acceptable({ id: 'a' })]);
  const closed = store.close();
  const [late] = await store.accept([acceptable({ id: 'b' })]);

  expect((await waiting)[0]?.kind).toBe('accepted');
  expect(late).toEqual({ kind: 'unavailable', message: expect.stringContaining('closed') });
  await closed;
  await store.close();
});

test('a burst is taken in several transactions, every call with its own answers', async () => {
  const store = memory();
  const calls = Array.from({ length: 1200 }, (_, i) => store.accept([acceptable({ id: `e${i}` })]));

  const outcomes = (await Promise.all(calls)).flat();

  expect(new Set(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.busId)).size).toBe(1200);
  expect((await store.accounts()).hops[0]).toMatchObject({ in: 1200, out: 1200 });
  await store.close();
});

test('the resources of an entry are on its envelope, now and after a replay', async () => {
  const store = memory();
  const envelopes: BusEvent[] = [];
  store.consume('record', async (messages) => {
    envelopes.push(...messages.map(({ event }) => event));
    return messages.map(() => ({ kind: 'delivered' }));
  });
  await store.accept([{ ...acceptable(), resources: ['arn:aws:s3:::bucket'] }]);
  replayAll(store);
  await until(() => envelopes.length === 2);

  expect(envelopes.map(({ resources }) => resources)).toEqual([
    ['arn:aws:s3:::bucket'],
    ['arn:aws:s3:::bucket'],
  ]);
  await store.close();
});
