import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { positionTimeMs } from '../../../src/domain/position.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { VirtualTime } from '../../client/virtual-time.ts';

let dataDir: string;
let time: VirtualTime;
let store: Store;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  time = new VirtualTime();
  reopen();
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

function reopen(): void {
  const { now, setTimeout, clearTimeout } = time;
  store = openStore({ dataDir, now, setTimeout, clearTimeout, retention: { trailMs: 60_000 } });
}

async function appendedAt(): Promise<number> {
  const event = anAuditEvent();
  await store.trail.append([{ event, kind: 'event', acceptedAtMs: time.nowMs }]);
  return positionTimeMs((await store.trail.byId('acme', event.id))?.position as never);
}

test('when the clock is set back, positions go on from where they were', async () => {
  const firstMs = await appendedAt();
  time.nowMs -= 3_600_000;

  expect(await appendedAt()).toBeGreaterThanOrEqual(firstMs);
});

test('when the clock is set back, nothing is written into a slice that was read', async () => {
  const startMs = time.nowMs;
  await appendedAt();
  time.nowMs += 1500;
  await store.trail.slice('acme', startMs, startMs + 1000);
  time.nowMs -= 1000;

  expect(await appendedAt()).toBeGreaterThanOrEqual(startMs + 1000);
});

test('a slice that is still open does not push what comes next out of it', async () => {
  const startMs = time.nowMs;
  await store.trail.slice('acme', startMs, startMs + 1000);

  expect(await appendedAt()).toBe(startMs);
});

test('also across a restart, and when the trail has become empty in between', async () => {
  const firstMs = await appendedAt();
  await time.pass(180_000);
  expect((await store.trail.slice('acme', 0, time.nowMs)).entries).toEqual([]);
  await store.close();
  time.nowMs -= 3_600_000;
  reopen();

  expect(await appendedAt()).toBeGreaterThan(firstMs + 60_000);
});
