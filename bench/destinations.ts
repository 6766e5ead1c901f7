/** Our destinations against the vendors' own clients, doing the same for the same stand-in: each a bundle of its own in a
 * process of its own, the stand-in in another. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../lambdas/build.ts';
import { median } from './rules-and-events.ts';

const here = (file: string) => fileURLToPath(new URL(`./destinations/${file}`, import.meta.url));
const CORPUS = fileURLToPath(new URL('../test/data/corpus/events.ndjson', import.meta.url));
const PAIRS = [
  { sink: 'datadog', batch: 500 },
  { sink: 'opensearch', batch: 1_000 },
] as const;

interface Measured {
  readonly loadMs: number;
  readonly firstBatchMs: number;
  readonly eventsPerSecond: number;
  readonly cpuMsPer1000: number;
  readonly sent: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, object[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-destinations-'));
  const rounds = quick ? 1 : 5;
  try {
    const rows: object[] = [];
    for (const { sink, batch } of PAIRS) {
      const bytes: Record<string, number> = {};
      const runs: Record<string, Measured[]> = { ours: [], client: [] };
      for (const who of ['ours', 'client'])
        bytes[who] = await bundle(here(`contenders/${sink}-${who}.ts`), join(folder, `${sink}-${who}`));
      for (let round = 0; round < rounds; round++)
        for (const who of ['ours', 'client'])
          runs[who]?.push(await measure(join(folder, `${sink}-${who}`), batch, quick ? 8 : 60));
      const of = (who: string, key: keyof Measured) => median((runs[who] ?? []).map((one) => one[key]));
      for (const who of ['ours', 'client'])
        rows.push({
          sink,
          who: who === 'ours' ? 'ours' : 'the vendor’s client',
          'events/s': of(who, 'eventsPerSecond'),
          'CPU, ms per 1,000': of(who, 'cpuMsPer1000'),
          'load, ms': of(who, 'loadMs'),
          'first batch, ms': of(who, 'firstBatchMs'),
          'bundle, KB': (bytes[who] ?? 0) / 1_024,
        });
      const ratio = (key: keyof Measured) => of('ours', key) / of('client', key);
      rows.push({
        sink,
        who: 'ours / client',
        'events/s': ratio('eventsPerSecond'),
        'CPU, ms per 1,000': ratio('cpuMsPer1000'),
        'load, ms': ratio('loadMs'),
        'first batch, ms': ratio('firstBatchMs'),
      });
    }
    return { [`one batch after another, load ${(loadavg()[0] ?? 0).toFixed(2)}`]: rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, batch: number, batches: number): Promise<Measured> {
  const stub = fork(here('stub.ts'), { execArgv: [] });
  const { port } = await message<{ port: number }>(stub);
  const args = [join(folder, 'index.js'), `http://127.0.0.1:${port}`, CORPUS, `${batch}`, `${batches}`];
  const child = fork(here('measure.ts'), args, { execArgv: [] });
  try {
    const measured = await message<Measured>(child);
    stub.send('how many?');
    const { taken } = await message<{ taken: number }>(stub);
    if (taken !== measured.sent) throw new Error(`${measured.sent} sent, ${taken} taken`);
    return measured;
  } finally {
    child.kill();
    stub.kill();
  }
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`a process of the bench ended with ${code}`);
    }),
  ])) as [T];
  return said;
}
