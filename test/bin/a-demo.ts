/** A demo in a process and a folder of its own, for the tests of a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { until } from '../builders/until.ts';
import { type Running, start } from './run-cli.ts';

/** `url` and `out` are there once a test runs. */
export function aDemo({ eventsPerSecond }: { readonly eventsPerSecond: number }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-demo-'));
  let demo: Running;
  let url = '';
  beforeAll(async () => {
    demo = start(['serve', '--demo', '--port', '0', '--data', dataDir, '--rate', String(eventsPerSecond)]);
    await until(() => /Ctrl-C/.test(demo.out()) || demo.process.exitCode !== null);
    url = /is at (\S+)\//.exec(demo.out())?.[1] ?? '';
  });
  afterAll(async () => {
    demo.process.kill('SIGINT');
    await demo.ended;
    rmSync(dataDir, { recursive: true });
  });
  return { url: () => url, out: () => demo.out() };
}
