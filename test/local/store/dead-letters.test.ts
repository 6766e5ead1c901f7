import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MIGRATIONS } from '../../../src/local/store/database.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';

let store: Store;
const replay = { atMs: 1, by: 'ada', run: 'run-0000000000001-00000000' };
const take = () => ({ kind: 'take' }) as const;
const count = () => store.deadLetters.countByReason()[0]?.count ?? 0;
const hop = async (name: string) => (await store.accounts()).hops.find((hop) => hop.name === name);

beforeEach(() => {
  store = openStore({ dataDir: ':memory:' });
});
afterEach(() => store.close());

async function bury(letters: number): Promise<void> {
  const { stop } = store.consume('record', async (messages) =>
    messages.map(() => ({ kind: 'rejected', reason: 'no' })),
  );
  await store.accept(Array.from({ length: letters }, (_, i) => acceptable({ id: `e${i}` })));
  await until(() => count() === letters);
  await stop();
}

test('the dead letters of a queue come in pages', async () => {
  await bury(25);

  const seen: string[] = [];
  for (let next: string | undefined; ; ) {
    const page = store.deadLetters.list('record', { limit: 10, ...(next && { next }) });
    seen.push(...page.letters.map(({ event }) => (event.detail as { id: string }).id));
    if (!page.next) break;
    next = page.next;
  }

  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `e${i}`));
});

test('the books balance while letters go back and away, and what was purged is told with whom', async () => {
  await bury(10);
  await store.deadLetters.move({ limit: 4, to: 'queue', replay, decide: take });
  expect(await hop('bus → record')).toMatchObject({ in: 10, waiting: 4, dead: 6, unaccounted: 0 });

  await store.deadLetters.move({ limit: 5, to: 'nowhere', replay, decide: take });

  expect(await hop('bus → record')).toEqual({
    name: 'bus → record',
    ...{ in: 10, out: 0, waiting: 4, dead: 1, purged: 5, unaccounted: 0 },
  });
  expect(await hop('record → trail')).toMatchObject({
    in: 10,
    waiting: 4,
    dead: 1,
    purged: 5,
    unaccounted: 0,
  });
  const { unaccounted, notes } = await store.accounts();
  expect(unaccounted).toEqual([]);
  expect(notes).toEqual([expect.stringMatching(/^record: 5 dead letters purged by ada .*run-0000000000001/)]);
});

test('of a queue that is no longer configured the letters are there, and nobody takes them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const db = join(dataDir, 'audit-stream.db');
  try {
    await store.close();
    store = openStore({ dataDir });
    await bury(1);
    await store.close();
    const file = new DatabaseSync(db);
    file.exec("UPDATE dead SET queue = 'gone'");
    file.close();
    store = openStore({ dataDir });

    expect(await store.deadLetters.queues()).toEqual([
      { name: 'record', isConsumed: true },
      { name: 'gone', isConsumed: false },
    ]);
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
});

test('a step that fails half way moves nothing', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  try {
    await store.close();
    store = openStore({ dataDir });
    await bury(5);
    const file = new DatabaseSync(join(dataDir, 'audit-stream.db'), { timeout: 1_000 });
    file.exec(
      "CREATE TRIGGER broken BEFORE DELETE ON dead WHEN old.event_id = 'e3' BEGIN SELECT RAISE(ABORT, 'broken'); END",
    );
    await expect(store.deadLetters.move({ limit: 5, to: 'queue', replay, decide: take })).rejects.toThrow(
      'broken',
    );
    expect(count()).toBe(5);
    expect(await hop('bus → record')).toMatchObject({ waiting: 0, dead: 5 });

    file.exec('DROP TRIGGER broken');
    file.close();
    expect(await store.deadLetters.move({ limit: 5, to: 'queue', replay, decide: take })).toMatchObject({
      moved: 5,
    });
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
});

test('a store of the version before is brought up to this one with its letters', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  try {
    const old = new DatabaseSync(join(dataDir, 'audit-stream.db'));
    old.exec(`${MIGRATIONS.slice(0, 2).join(';')}; PRAGMA user_version = 2`);
    old.exec("INSERT INTO meters VALUES ('record', 1, 0)");
    old.exec(
      `INSERT INTO dead (queue, message_id, reason, receives, accepted_ms, dead_ms, tenant, event_id, envelope)
       VALUES ('record', '1', 'no', 1, 1, 1, 'acme', 'e', '{"detail":{"id":"e"}}')`,
    );
    old.close();
    await store.close();
    store = openStore({ dataDir });

    expect(await store.deadLetters.move({ limit: 5, to: 'queue', replay, decide: take })).toMatchObject({
      moved: 1,
    });
    expect(await hop('bus → record')).toMatchObject({ in: 1, waiting: 1, dead: 0, unaccounted: 0 });
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
});
