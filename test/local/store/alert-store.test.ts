import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StateChange } from '../../../src/detect/ports.ts';
import { MIGRATIONS } from '../../../src/local/store/database.ts';
import { openStore, type Store, type StoreOptions } from '../../../src/local/store/open-store.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { VirtualTime } from '../../client/virtual-time.ts';

const DAY_MS = 86_400_000;

let dataDir: string;
let store: Store | undefined;
let time: VirtualTime;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-alerts-'));
  time = new VirtualTime();
});
afterEach(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true });
});

function open(options: Partial<StoreOptions> = {}): Store {
  const { now, setTimeout, clearTimeout } = time;
  store = openStore({ dataDir, now, setTimeout, clearTimeout, ...options });
  return store;
}
const file = () => new DatabaseSync(join(dataDir, 'audit-stream.db'), { timeout: 1_000 });

function aChange(n: number, fields: Partial<StateChange> = {}): StateChange {
  const alert = anAlert({ alertId: `alert-${n}`, occurredAt: new Date(time.nowMs).toISOString() });
  return {
    key: { tenantId: 'acme', ruleId: 'mfa-disabled', name: `group#${n}` },
    version: undefined,
    text: `${n}`,
    dueMs: undefined,
    expiresAtMs: time.nowMs + DAY_MS,
    records: [{ alert, steps: [] }],
    ...fields,
  };
}

test('a store of the version before is brought up to this one, and what it keeps of alerts outlives the process', async () => {
  const old = file();
  old.exec(`${MIGRATIONS.slice(0, 5).join(';')}; PRAGMA user_version = 5`);
  old.exec("INSERT INTO told VALUES ('slack', 'acme', 'a', 1, '{\"sequence\":1,\"status\":\"firing\"}')");
  old.close();

  await open().alertStore.states.write([aChange(1, { dueMs: time.nowMs })]);
  await store?.close();
  const { alertStore, alertMemory } = open();

  expect(await alertMemory.told('slack', 'acme', 'a')).toEqual({ sequence: 1, status: 'firing' });
  expect(await alertStore.states.read([aChange(1).key])).toEqual([{ version: 1, text: '1' }]);
  expect(await alertStore.states.due(time.nowMs, 10)).toEqual([aChange(1).key]);
  expect(await alertStore.records.open('acme', 10)).toHaveLength(1);
});

test('a call that fails half way leaves nothing behind', async () => {
  const { alertStore } = open();
  const spoiler = file();
  spoiler.exec(
    "CREATE TRIGGER third BEFORE INSERT ON alerts WHEN NEW.alert_id = 'alert-3' BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  const changes = [1, 2, 3, 4].map((n) => aChange(n));
  await expect(alertStore.states.write(changes)).rejects.toThrow('no');
  spoiler.exec('DROP TRIGGER third');
  spoiler.close();

  expect(await alertStore.states.read(changes.map(({ key }) => key))).toEqual(Array(4).fill(undefined));
  expect(await alertStore.records.page('acme', { limit: 10 })).toEqual({ records: [] });
  expect(new Set(await alertStore.states.write(changes))).toEqual(new Set(['written']));
});

test('what has had its time is let go of, however much it is; what is due stays', async () => {
  const { alertStore } = open();
  await alertStore.states.write(Array.from({ length: 1_000 }, (_, n) => aChange(n)));
  await alertStore.states.write([
    aChange(2_000, { dueMs: time.nowMs }),
    aChange(2_001, { expiresAtMs: 9e12 }),
  ]);
  const until = new Date(time.nowMs + DAY_MS).toISOString();
  await alertStore.silences.put({
    ...{ id: 's', tenantId: 'acme', match: {}, from: until, until },
    ...{ author: { id: 'jo' }, comment: 'planned work' },
  });
  const counts = () => {
    const sql = file();
    const count = (table: string) => Number(sql.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n);
    const found = ['alert_states', 'alerts', 'silences'].map(count);
    sql.close();
    return found;
  };
  expect(counts()).toEqual([1_002, 1_002, 1]);

  time.nowMs += 2 * DAY_MS;
  await time.pass(120_000);
  expect(counts()).toEqual([2, 1_002, 1]);

  time.nowMs += 90 * DAY_MS;
  await time.pass(120_000);
  expect(counts()).toEqual([2, 1, 0]);
});

test('what is due, open and newest is found by an index', async () => {
  open();
  const sql = file();
  const plan = (query: string) =>
    sql
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('; ');
  expect(plan('SELECT tenant FROM alert_states WHERE due_ms <= 1 ORDER BY due_ms LIMIT 1')).toBe(
    'SEARCH alert_states USING INDEX alert_states_due (due_ms<?)',
  );
  const newest = (which: string) =>
    `SELECT record FROM alerts WHERE tenant = 'a' AND kept_until_ms > 1 AND ${which} ORDER BY alert_id DESC LIMIT 1`;
  expect(plan(newest('is_open = 1'))).toBe('SEARCH alerts USING INDEX alerts_open (tenant=?)');
  expect(plan(newest("alert_id < 'x'"))).toMatch(
    /^SEARCH alerts USING INDEX sqlite_autoindex_alerts_1 \(tenant=\? AND alert_id<\?\)$/,
  );
  sql.close();
});
