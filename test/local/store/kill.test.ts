/** SIGKILL at any moment loses nothing that was accepted. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
    const accepting = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', child, dataDir, `run-${kill}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
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
  rmSync(dataDir, { recursive: true });
});
