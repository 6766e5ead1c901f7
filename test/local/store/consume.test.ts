/** What the queue's contract cannot say of a real queue: when exactly things happen, on a virtual clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { TOPOLOGY } from '../../../src/domain/topology.ts';
import { openStore, type Store, type StoreOptions } from '../../../src/local/store/open-store.ts';
import type { Outcome, QueueMessage } from '../../../src/stream/ports.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';
import { VirtualTime } from '../../client/virtual-time.ts';

let time: VirtualTime;
let store: Store;
let batches: QueueMessage[][];
const sizes = () => batches.map((batch) => batch.length);

beforeEach(() => {
  time = new VirtualTime();
  batches = [];
});
afterEach(() => store.close());

function open(route = {}, options: Partial<StoreOptions> = {}): void {
  const { now, setTimeout, clearTimeout } = time;
  store = openStore({
    dataDir: ':memory:',
    random: () => 0.5,
    topology: { record: { ...TOPOLOGY.record, ...route } },
    now,
    setTimeout,
    clearTimeout,
    ...options,
  });
}

function consumeWith(outcome: (message: QueueMessage) => Outcome): void {
  store.consume('record', async (messages) => {
    batches.push([...messages]);
    return messages.map(outcome);
  });
}

test('a message that is put off comes back when its time has come, not before', async () => {
  open();
  consumeWith(({ receiveCount }) =>
    receiveCount === 1 ? { kind: 'retry', reason: 'Retry-After', afterMs: 5000 } : { kind: 'delivered' },
  );
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(4999);
  expect(sizes()).toEqual([1]);

  await time.pass(1);

  expect(sizes()).toEqual([1, 1]);
});

test('without a wish of the consumer the pause doubles, below full jitter', async () => {
  open();
  const atMs: number[] = [];
  consumeWith(() => {
    atMs.push(time.nowMs);
    return { kind: 'retry', reason: 'down' };
  });
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(60_000);

  expect(atMs.map((ms, n) => ms - (atMs[n - 1] ?? ms))).toEqual([0, 1000, 2000, 4000, 8000]);
});

test('a new message is taken while another is put off', async () => {
  open();
  consumeWith(({ event }) =>
    (event.detail as { id: string }).id === 'a'
      ? { kind: 'retry', reason: 'later', afterMs: 60_000 }
      : { kind: 'delivered' },
  );
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(0);
  await store.accept([acceptable({ id: 'b' })]);
  await time.pass(0);

  expect(sizes()).toEqual([1, 1]);
});

test('a batch waits for its window, and goes at once when it is full', async () => {
  open({ batchSize: 3, batchWindowMs: 1000 });
  consumeWith(() => ({ kind: 'delivered' }));
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(600);
  await store.accept([acceptable({ id: 'b' })]);
  await time.pass(399);
  expect(sizes()).toEqual([]);
  await time.pass(1);
  expect(sizes()).toEqual([2]);

  await store.accept(['c', 'd', 'e', 'f'].map((id) => acceptable({ id })));
  await time.pass(0);

  expect(sizes()).toEqual([2, 3]);
});

test('a message is hidden while its consumer holds it, and comes back when that has taken too long', async () => {
  open({ visibilityMs: 30_000 });
  store.consume('record', (messages) => {
    batches.push([...messages]);
    return new Promise(() => {});
  });
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(29_999);
  expect(sizes()).toEqual([1]);

  await time.pass(10_000);

  expect(batches.map(([message]) => message?.receiveCount)).toEqual([1, 2]);
  // The one in hand would hold up the closing for its whole visibility.
  const closed = store.close();
  await time.pass(30_000);
  await closed;
});

test('a long queue does not keep others from their turn', async () => {
  open({ batchSize: 10 });
  await store.accept(Array.from({ length: 1000 }, (_, i) => acceptable({ id: `e${i}` })));
  consumeWith(() => ({ kind: 'delivered' }));

  await store.accept([acceptable({ id: 'meanwhile' })]);

  expect(batches.length).toBeLessThan(10);
  await until(() => batches.length === 101);
});

test('what a process held when it died is handed out at once by the next one; what was put off for long is not', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  open({}, { dataDir });
  consumeWith(({ event }) => ({
    kind: 'retry',
    reason: 'the process dies',
    afterMs: (event.detail as AuditEvent).id === 'held' ? TOPOLOGY.record.visibilityMs : 3_600_000,
  }));
  await store.accept([acceptable({ id: 'held' }), acceptable({ id: 'put off' })]);
  await until(() => batches.length === 1);
  await store.close();
  batches = [];

  open({}, { dataDir });
  consumeWith(() => ({ kind: 'delivered' }));
  await time.pass(1);

  expect(batches.flat().map(({ event }) => (event.detail as AuditEvent).id)).toEqual(['held']);
  await store.close();
  rmSync(dataDir, { recursive: true });
});

test('a route with patience gives up by time, not by receives', async () => {
  open({ patienceMs: 3_600_000, maxReceives: 3 });
  let reason = 'http_503';
  consumeWith(() => ({ kind: 'misconfigured', reason, afterMs: 300_000 }));
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(3_599_000);
  expect(batches.length).toBe(12);
  expect(store.deadLetters.countByReason()).toEqual([]);

  reason = 'http_403';
  await time.pass(301_000);

  expect(store.deadLetters.list('record').letters).toMatchObject([
    { reason: 'retries_exhausted', detail: 'http_403', receiveCount: 13 },
  ]);
});
