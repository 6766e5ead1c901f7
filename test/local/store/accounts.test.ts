import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { replayAll } from '../../builders/replay-all.ts';
import { until } from '../../builders/until.ts';

let dataDir: string;
let store: Store;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  store = openStore({ dataDir });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

/** Records what it may and rejects the events that are called bad. */
function record(): void {
  store.consume('record', async (messages) => {
    const good = messages.filter(({ event }) => !(event.detail as AuditEvent).id.startsWith('bad'));
    await store.trail.append(
      good.map(({ event, acceptedAtMs }) => ({
        event: event.detail as AuditEvent,
        kind: 'event',
        acceptedAtMs,
      })),
    );
    return messages.map((message) =>
      good.includes(message) ? { kind: 'delivered' } : { kind: 'rejected', reason: 'bad' },
    );
  });
}

/** Takes a row away behind the store's back. */
function steal(statement: string): void {
  const thief = new DatabaseSync(join(dataDir, 'audit-stream.db'), { timeout: 1000 });
  expect(thief.prepare(statement).run().changes).toBe(1);
  thief.close();
}

const hop = async (name: string) => (await store.accounts()).hops.find((hop) => hop.name === name);

test('each hop balances: what waits, what is dead and what has arrived', async () => {
  await store.accept(['a', 'b', 'bad-1'].map((id) => acceptable({ id })));
  expect(await hop('record → trail')).toEqual({
    name: 'record → trail',
    in: 3,
    out: 0,
    waiting: 3,
    dead: 0,
    unaccounted: 0,
  });

  record();
  await until(async () => (await hop('record → trail'))?.waiting === 0);

  expect((await store.accounts()).hops).toEqual([
    { name: 'door → bus', in: 3, out: 3, waiting: 0, dead: 0, unaccounted: 0 },
    { name: 'bus → record', in: 3, out: 2, waiting: 0, dead: 1, unaccounted: 0 },
    { name: 'record → trail', in: 3, out: 2, waiting: 0, dead: 1, unaccounted: 0 },
  ]);
});

test.each([
  ['the trail', "DELETE FROM trail WHERE event_id = 'a'", 'record → trail'],
  ['the dead letters', "DELETE FROM dead WHERE event_id = 'bad-1'", 'record → trail'],
  ['the archive', "DELETE FROM archive WHERE event_id = 'a'", 'door → bus'],
  ['the claims', "DELETE FROM claims WHERE event_id = 'a'", 'door → bus'],
])('a row taken from %s is missed, by its id', async (_, statement, name) => {
  record();
  await store.accept(['a', 'b', 'bad-1'].map((id) => acceptable({ id })));
  await until(async () => (await hop('record → trail'))?.waiting === 0);

  steal(statement);

  const { hops, unaccounted } = await store.accounts();
  expect(unaccounted).toEqual([
    expect.objectContaining({ hop: name, tenantId: 'acme', id: statement.includes('bad') ? 'bad-1' : 'a' }),
  ]);
  expect(hops.find((hop) => hop.name === name)?.unaccounted).toBe(1);
});

test('a message taken from a queue is missed, by its id', async () => {
  await store.accept(['a', 'b'].map((id) => acceptable({ id })));

  steal("DELETE FROM queue WHERE event_id = 'b'");

  expect((await store.accounts()).unaccounted).toEqual([
    expect.objectContaining({ hop: 'record → trail', id: 'b' }),
  ]);
});

test('a replay from the archive brings back what the trail has lost', async () => {
  record();
  await store.accept(['a', 'b'].map((id) => acceptable({ id })));
  await until(async () => (await hop('record → trail'))?.out === 2);
  steal("DELETE FROM trail WHERE event_id = 'a'");

  replayAll(store);
  await until(async () => (await hop('record → trail'))?.out === 2);

  expect((await store.accounts()).unaccounted).toEqual([]);
});
