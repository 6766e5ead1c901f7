import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MIGRATIONS, openDatabase } from '../../../src/local/store/database.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';

let dataDir: string;
let store: Store | undefined;
const file = () => join(dataDir, 'audit-stream.db');

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(dataDir, { recursive: true });
});

test('while another program holds the database nothing is accepted, and it goes on by itself afterwards', async () => {
  store = openStore({ dataDir });
  const other = new DatabaseSync(file());
  other.exec('BEGIN IMMEDIATE');

  expect(await store.accept([acceptable({ id: 'a' })])).toEqual([
    { kind: 'unavailable', message: expect.stringContaining('locked by another program') },
  ]);

  other.exec('ROLLBACK');
  other.close();
  expect((await store.accept([acceptable({ id: 'a' })]))[0]?.kind).toBe('accepted');
  expect((await store.accounts()).hops[0]?.in).toBe(1);
});

test('on a full disk nothing is half accepted, and it goes on by itself when there is room', async () => {
  const db = openDatabase(dataDir, 'FULL');
  const { page_count: pages } = db.sql.prepare('PRAGMA page_count').get() as { page_count: number };
  db.close();
  store = openStore({ dataDir, maxPages: pages + 20 });
  const big = (id: string) => acceptable({ id, metadata: { text: 'x'.repeat(20_000) } });
  const kept: string[] = [];
  let full: unknown;
  for (let i = 0; full === undefined && i < 100; i++) {
    const [outcome] = await store.accept([big(`e${i}`)]);
    if (outcome?.kind === 'accepted') kept.push(`e${i}`);
    else full = outcome;
  }

  expect(full).toEqual({ kind: 'unavailable', message: expect.stringContaining('disk is full') });
  expect(kept.length).toBeGreaterThan(0);
  await store.close();

  store = openStore({ dataDir });
  const { hops, unaccounted } = await store.accounts();
  expect(hops.map((hop) => hop.in)).toEqual([kept.length, kept.length, kept.length]);
  expect(unaccounted).toEqual([]);
  expect((await store.accept([big('later')]))[0]?.kind).toBe('accepted');
});

test('a damaged file is named, with what to do', () => {
  writeFileSync(file(), 'this is not a database, but long enough to be taken for one'.repeat(100));

  expect(() => openStore({ dataDir })).toThrow(/audit-stream\.db.*damaged.*restore a backup/s);
});

test('a file of a newer version is refused, and left as it is', async () => {
  await openStore({ dataDir }).close();
  const newer = new DatabaseSync(file());
  newer.exec('PRAGMA user_version = 99');
  newer.close();

  expect(() => openStore({ dataDir })).toThrow(/newer version.*99/s);
});

test('a folder that another store has open is refused, naming its process', async () => {
  store = openStore({ dataDir });

  expect(() => openStore({ dataDir })).toThrow(`in use by process ${process.pid}`);

  await store.close();
  store = openStore({ dataDir });
});

test('a data folder that cannot be made is named', () => {
  writeFileSync(join(dataDir, 'file'), '');

  expect(() => openStore({ dataDir: join(dataDir, 'file', 'below') })).toThrow(
    /cannot be used as data folder/,
  );
});

/** Overwrites the first page of a table and of each of its indexes. */
function damage(table: string): void {
  const sql = new DatabaseSync(file());
  const roots = sql.prepare('SELECT rootpage FROM sqlite_schema WHERE tbl_name = ?').all(table);
  sql.close();
  const bytes = readFileSync(file());
  for (const { rootpage } of roots) bytes.fill(0xa5, (Number(rootpage) - 1) * 4096, Number(rootpage) * 4096);
  writeFileSync(file(), bytes);
}

test('damage that shows only when events come is said in words, and the process lives', async () => {
  await openStore({ dataDir }).close();
  damage('archive');

  store = openStore({ dataDir });
  const outcomes = await Promise.all([store.accept([acceptable()]), store.accept([acceptable()])]);

  expect(outcomes.flat()).toEqual(
    Array(2).fill({ kind: 'unavailable', message: expect.stringContaining('damaged') }),
  );
});

test('a damaged trail is named at opening, and the folder is not held', async () => {
  await openStore({ dataDir }).close();
  damage('trail');

  for (let attempt = 0; attempt < 2; attempt++)
    expect(() => openStore({ dataDir })).toThrow(/audit-stream\.db.*damaged.*restore a backup/s);
});

test('a consumer settles what it did while the database was held, and is not given it again', async () => {
  const reports: string[] = [];
  store = openStore({ dataDir, report: (trouble) => reports.push(trouble) });
  const other = new DatabaseSync(file());
  let handled = 0;
  store.consume('record', async (messages) => {
    if (handled === 0) other.exec('BEGIN IMMEDIATE');
    handled += messages.length;
    return messages.map(() => ({ kind: 'delivered' }));
  });
  await store.accept([acceptable({ id: 'a' })]);
  await until(() => reports.length > 0);
  other.exec('ROLLBACK');
  other.close();
  await until(async () => (await store?.accounts())?.hops[1]?.out === 1);

  expect(handled).toBe(1);
  expect(reports[0]).toContain('locked by another program');
});

test('a file of the first version is brought up to date, with all that is in it', async () => {
  const old = new DatabaseSync(file());
  old.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1`);
  old.exec(`
    INSERT INTO claims VALUES ('acme', 'a', 'hash', 'bus-1', ${Date.now()});
    INSERT INTO archive VALUES (1, 'bus-1', ${Date.now()}, 'audit.billing', 'Audit Event', '2026-11-01T12:00:00Z', 'acme', 'a', '{}');
    INSERT INTO queue VALUES (1, 'record', 0, 0, 0, ${Date.now()}, 'acme', 'a', '{}');`);
  old.close();

  store = openStore({ dataDir });

  expect((await store.accounts()).hops.map(({ in: entered, unaccounted }) => [entered, unaccounted])).toEqual(
    Array(3).fill([1, 0]),
  );
  expect((await store.accept([acceptable()]))[0]?.kind).toBe('accepted');
});
