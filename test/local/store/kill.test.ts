/** SIGKILL at any moment loses nothing that was accepted. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { openStore } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';

const KILLS = Number(process.env.KILLS ?? 5);
const child = fileURLToPath(new URL('accepting-child.ts', import.meta.url));

test(`after ${KILLS} kills every acknowledged event is in the books, exactly once`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const accepting = startChild(dataDir, `run-${kill}`);
    const limit = 50 + Math.floor(Math.random() * 400);
    for await (const id of createInterface(accepting.stdout)) {
      acknowledged.push(id);
      if (acknowledged.length % limit === 0) accepting.kill('SIGKILL');
    }
  }

  const store = openStore({ dataDir });
  expect((await store.accounts()).unaccounted).toEqual([]);
  const again = await store.accept(acknowledged.map((id) => acceptable({ id })));
  expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['duplicate']));
  expect(acknowledged.length).toBeGreaterThan(KILLS * 20);

  await store.close();
  expect(timesKept(dataDir, acknowledged)).toEqual(new Set(['1 in the archive, 1 in queue or trail']));
  rmSync(dataDir, { recursive: true });
});

test('a folder that another process holds is refused by its id, and is free once that is killed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const holding = startChild(dataDir, 'held');
  await once(holding.stdout, 'data');

  expect(() => openStore({ dataDir })).toThrow(`${dataDir} is in use by process ${holding.pid}`);

  holding.kill('SIGKILL');
  await once(holding, 'exit');
  await openStore({ dataDir }).close();
  rmSync(dataDir, { recursive: true });
});

function startChild(dataDir: string, prefix: string) {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', child, dataDir, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function timesKept(dataDir: string, ids: readonly string[]): Set<string> {
  const file = new DatabaseSync(join(dataDir, 'audit-stream.db'));
  const times = file.prepare(`
    SELECT (SELECT COUNT(*) FROM archive WHERE tenant = 'acme' AND event_id = ?1) || ' in the archive, ' || MAX(
      (SELECT COUNT(*) FROM queue WHERE queue = 'record' AND tenant = 'acme' AND event_id = ?1),
      (SELECT COUNT(*) FROM trail WHERE tenant = 'acme' AND event_id = ?1)) || ' in queue or trail' AS kept`);
  const kept = new Set(ids.map((id) => (times.get(id) as { kept: string }).kept));
  file.close();
  return kept;
}
