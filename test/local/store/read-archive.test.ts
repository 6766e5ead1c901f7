/** The archive of a home, read by somebody else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AUDIT_ALERT } from '../../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { readArchive } from '../../../src/local/store/read-archive.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { anAlert } from '../../builders/an-alert.ts';

let dataDir: string;
let store: Store;
let nowMs: number;

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 1, 12);
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-archive-'));
  store = openStore({ dataDir, now: () => nowMs });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const read = (fromMs: number, toMs: number) =>
  [...readArchive({ dataDir, fromMs, toMs })].map((text) => (JSON.parse(text) as AuditEvent).id);

test('gives what the bus took in a span, over all pages, whether its owner runs or not', async () => {
  const ids = Array.from({ length: 1_200 }, (_, i) => `e-${i}`);
  await store.accept([acceptable({ id: 'before' })]);
  nowMs += 1_000;
  await store.accept(ids.map((id) => acceptable({ id })));
  nowMs += 1_000;
  await store.accept([acceptable({ id: 'after' })]);
  expect(read(nowMs - 1_000, nowMs)).toEqual(ids);
  expect(read(0, nowMs + 1)).toHaveLength(1_202);
  await store.close();
  expect(read(nowMs, nowMs + 1)).toEqual(['after']);
});

test('alerts are none of it', async () => {
  const alert = anAlert();
  await store.accept([
    { ...acceptable({ id: 'event' }), detailType: 'Audit Event' },
    {
      source: 'audit.audit-stream',
      detailType: AUDIT_ALERT,
      detail: alert,
      claim: { tenantId: alert.tenantId, id: alert.id, contentHash: 'x' },
    },
  ]);
  expect(read(0, nowMs + 1)).toEqual(['event']);
});

test('a folder that is no home is told so', () => {
  expect(() => [...readArchive({ dataDir: tmpdir(), fromMs: 0, toMs: 1 })]).toThrow(
    'holds no audit-stream.db: give the --data folder of a home',
  );
});
