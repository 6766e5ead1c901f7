import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { openDatabase } from '../../../src/local/store/database.ts';
import { openStore, type Store, type StoreOptions } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { replayAll } from '../../builders/replay-all.ts';
import { until } from '../../builders/until.ts';
import { VirtualTime } from '../../client/virtual-time.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

let time: VirtualTime;
let store: Store;

beforeEach(() => {
  time = new VirtualTime();
});
afterEach(() => store.close());

function open(options: Partial<StoreOptions> = {}): void {
  const { now, setTimeout, clearTimeout } = time;
  store = openStore({ dataDir: ':memory:', now, setTimeout, clearTimeout, random: () => 0, ...options });
}

/** As if the process had slept: the sweep has had its turn after it. */
async function sleepFor(days: number): Promise<void> {
  time.nowMs += days * DAY_MS;
  await time.pass(2 * MINUTE_MS);
}

function record(): void {
  store.consume('record', async (messages) => {
    await store.trail.append(
      messages.map(({ event, acceptedAtMs }) => ({
        event: event.detail as AuditEvent,
        kind: 'event',
        acceptedAtMs,
      })),
    );
    return messages.map(() => ({ kind: 'delivered' }));
  });
}

const replayable = () => replayAll(store, { toMs: time.nowMs + 1 }).putBack;
const books = async () => {
  const { hops, unaccounted } = await store.accounts();
  return { queue: hops.find(({ name }) => name === 'bus → record'), unaccounted };
};

test('the trail outlives the archive, and each is let go after its own time, however much it is', async () => {
  open({ retention: { archiveMs: 2 * DAY_MS, trailMs: 4 * DAY_MS } });
  record();
  await store.accept(Array.from({ length: 1000 }, (_, i) => acceptable({ id: `e${i}` })));
  await until(async () => (await store.trail.byId('acme', 'e999')) !== undefined);
  await sleepFor(3);
  expect((await store.trail.byId('acme', 'e999'))?.id).toBe('e999');
  expect(replayable()).toBe(0);
  expect((await store.accept([acceptable({ id: 'e0' })]))[0]?.kind).toBe('duplicate');
  expect((await books()).unaccounted).toEqual([]);

  await sleepFor(1);

  expect(await store.trail.byId('acme', 'e0')).toBeUndefined();
  expect(await store.trail.byId('acme', 'e999')).toBeUndefined();
  expect((await store.accept([acceptable({ id: 'e0' })]))[0]?.kind).toBe('accepted');
});

test('a message that waited longer than its queue keeps it goes to the dead letters, not away', async () => {
  open();
  await store.accept([acceptable({ id: 'a' })]);
  await sleepFor(4);

  expect(store.deadLetters.list('record').letters).toEqual([
    expect.objectContaining({
      reason: 'expired',
      event: expect.objectContaining({ source: 'audit.billing' }),
    }),
  ]);
  expect((await books()).unaccounted).toEqual([]);

  record();
  const replay = { atMs: 1, by: 'ada', run: 'run-0000000000001-00000000' };
  await store.deadLetters.move({ limit: 1, to: 'queue', replay, decide: () => ({ kind: 'take' }) });
  await time.pass(0);

  expect((await store.trail.byId('acme', 'a'))?.id).toBe('a');
});

test('a dead letter is kept for as long as the topology says, and its queue’s books still balance', async () => {
  open();
  store.consume('record', async (messages) => messages.map(() => ({ kind: 'rejected', reason: 'no' })));
  await store.accept([acceptable({ id: 'a' })]);
  await time.pass(0);
  await sleepFor(13);
  expect(store.deadLetters.list('record').letters).toHaveLength(1);

  await sleepFor(1);

  expect(store.deadLetters.list('record').letters).toEqual([]);
  expect(await books()).toEqual({
    queue: { name: 'bus → record', in: 1, out: 1, waiting: 0, dead: 0, unaccounted: 0 },
    unaccounted: [],
  });
});

test('a full disk takes events again by itself once retention has made room', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const db = openDatabase(dataDir, 'FULL');
  const { page_count: pages } = db.sql.prepare('PRAGMA page_count').get() as { page_count: number };
  db.close();
  open({ dataDir, maxPages: pages + 40, retention: { archiveMs: DAY_MS, trailMs: DAY_MS } });
  record();
  const big = (id: string) => acceptable({ id, metadata: { text: 'x'.repeat(20_000) } });
  let full: unknown;
  for (let i = 0; full === undefined; i++) {
    const [outcome] = await store.accept([big(`e${i}`)]);
    await time.pass(0);
    if (outcome?.kind !== 'accepted') full = outcome;
  }
  expect(full).toEqual({ kind: 'unavailable', message: expect.stringContaining('disk is full') });

  await sleepFor(2);

  expect((await store.accept([big('later')]))[0]?.kind).toBe('accepted');
  await store.close();
  rmSync(dataDir, { recursive: true });
});
