import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AUDIT_ALERT } from '../../../src/domain/bus-event.ts';
import { topologyWith } from '../../../src/local/destinations.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import type { QueueMessage } from '../../../src/stream/ports.ts';
import type { ReplayWanted } from '../../../src/stream/replays.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { replayAll } from '../../builders/replay-all.ts';
import { until } from '../../builders/until.ts';
import { aDestination } from '../../sink/a-delivery.ts';

const apiKey = { env: 'PATH' };
const topology = topologyWith([
  aDestination('datadog', { apiKey, batchWindowMs: 0 }),
  aDestination('high', { sink: 'datadog', apiKey, filter: { severity: ['high'] }, batchWindowMs: 0 }),
]);

let dataDir: string;
let store: Store;
let nowMs = Date.UTC(2026, 10, 1, 12);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-replays-'));
  open();
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

function open(): void {
  store = openStore({ dataDir, topology, now: () => nowMs });
}
const all = (fields: Partial<ReplayWanted> = {}): ReplayWanted => ({
  route: 'datadog',
  fromMs: 0,
  toMs: nowMs + 1,
  ...fields,
});
const accept = async (ids: readonly string[], fields = {}) => {
  await store.accept(ids.map((id) => acceptable({ id, ...fields })));
};
const some = (count: number) => Array.from({ length: count }, (_, i) => `e-${i}`);

/** Takes what is on a queue and what comes later. */
function taking(route: string) {
  const taken: QueueMessage[] = [];
  store.consume(route, async (messages) => {
    taken.push(...messages);
    return messages.map(() => ({ kind: 'delivered' }));
  });
  const replayed = () => taken.filter(({ event }) => event['replay-name'] !== undefined);
  return { taken, replayed, ids: () => replayed().map(({ event }) => (event.detail as { id: string }).id) };
}
const entered = async (route: string) =>
  (await store.accounts()).hops.find(({ name }) => name === `bus → ${route}`)?.in;

test('a replay is put on the queue that it is for, and on no other; ids and order are kept', async () => {
  await accept(some(30));
  const before = await entered('record');
  const { taken, replayed, ids } = taking('datadog');
  await until(() => taken.length === 30);

  const { name, putBack } = replayAll(store, all());
  await until(() => replayed().length === 30);

  expect(putBack).toBe(30);
  expect(name).toBe('datadog.20261101T120000000Z');
  expect(ids()).toEqual(some(30));
  expect(new Set(replayed().map(({ event }) => event['replay-name']))).toEqual(new Set([name]));
  expect(await entered('record')).toBe(before);
  expect(await entered('high')).toBe(0);
});

test('without a destination it is the trail’s', async () => {
  await accept(some(3));
  replayAll(store, all({ route: 'record' }));
  expect(await entered('record')).toBe(6);
  expect(await entered('datadog')).toBe(3);
});

test('a destination gets what its own filter takes, and of that what the replay’s filter takes', async () => {
  await accept(['low'], { severity: 'low' });
  await accept(['a', 'b'], { severity: 'high' });
  await accept(['c'], { severity: 'high', outcome: 'denied' });
  const { ids } = taking('high');

  expect(store.replays.count(all({ route: 'high' })).matched).toBe(3);
  expect(replayAll(store, all({ route: 'high', filter: { outcome: ['denied'] } })).putBack).toBe(1);
  await until(() => ids().length === 1);
  expect(ids()).toEqual(['c']);
});

test('an operator’s replay is of one tenant, also where no claim names it; alerts are no destination’s', async () => {
  await accept(['mine', 'also-mine']);
  await accept(['theirs'], { tenantId: 'globex' });
  const alert = (tenantId: string) => ({
    source: 'audit.audit-stream',
    detailType: AUDIT_ALERT,
    detail: { tenantId, id: 'alert' },
  });
  await store.accept([alert('acme'), alert('globex')]);

  expect(store.replays.count(all({ route: 'record' })).matched).toBe(5);
  expect(store.replays.count(all({ route: 'record', tenantId: 'acme' })).matched).toBe(3);
  expect(store.replays.count(all()).matched).toBe(3);
});

test('the span is from its beginning up to, not including, its end', async () => {
  const startMs = nowMs;
  for (const id of some(4)) {
    await accept([id]);
    nowMs += 1_000;
  }
  const { ids } = taking('datadog');
  replayAll(store, all({ fromMs: startMs + 1_000, toMs: startMs + 3_000 }));
  await until(() => ids().length === 2);
  expect(ids()).toEqual(['e-1', 'e-2']);
});

test('a step puts back no more than it is asked to, and where it is outlives the process', async () => {
  await accept(some(25));
  const { name } = store.replays.begin(all());
  expect(store.replays.goOn(name, 10)).toMatchObject({ putBack: 10, isDone: false });
  await store.close();
  open();

  const { ids } = taking('datadog');
  expect(store.replays.find(name)).toMatchObject({ name, putBack: 10, isDone: false, route: 'datadog' });
  expect(store.replays.goOn(name, 10)).toMatchObject({ putBack: 20, isDone: false });
  expect(store.replays.goOn(name, 10)).toMatchObject({ putBack: 25, isDone: true });
  expect(store.replays.goOn(name, 10)).toMatchObject({ putBack: 25, isDone: true });
  expect(store.replays.find(name)).toMatchObject({ putBack: 25, isDone: true });
  await until(() => ids().length === 25);
  expect(ids().toSorted()).toEqual(some(25).toSorted());
});

test('a step that fails half way leaves nothing on the queue and its place where it was', async () => {
  await accept(some(5));
  const { name } = store.replays.begin(all());
  const spoiler = new DatabaseSync(join(dataDir, 'audit-stream.db'), { timeout: 1_000 });
  spoiler.exec(
    "CREATE TRIGGER third BEFORE INSERT ON queue WHEN NEW.event_id = 'e-2' BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect(() => store.replays.goOn(name, 10)).toThrow('no');
  spoiler.exec('DROP TRIGGER third');
  spoiler.close();

  expect(store.replays.find(name)).toMatchObject({ putBack: 0, isDone: false });
  expect(await entered('datadog')).toBe(5);
  expect(store.replays.goOn(name, 10)).toMatchObject({ putBack: 5, isDone: true });
  expect((await store.accounts()).unaccounted).toEqual([]);
});

test('two replays that begin in one millisecond have names of their own', () => {
  const names = [1, 2, 3].map(() => store.replays.begin(all()).name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^datadog\.20261101T1200\d{5}Z$/);
});

test('a count of a large archive comes in steps that add up, each looking at so many rows', async () => {
  for (let i = 0; i < 5; i++) await accept(Array.from({ length: 1_000 }, (_, n) => `e-${i}-${n}`));
  let matched = 0;
  let steps = 0;
  for (let next: string | undefined = ''; next !== undefined; steps++) {
    const counted = store.replays.count(all(), next === '' ? undefined : next);
    matched += counted.matched;
    next = counted.next;
  }
  expect(matched).toBe(5_000);
  expect(steps).toBe(3);
});
