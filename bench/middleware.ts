/** What the audit middleware adds to an invocation, against bare middy and against what services use today. Each service is
 * a bundle of its own, in a process of its own, with its stdout in a pipe as in Lambda; the extension API and the bus are
 * another process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '../lambdas/build.ts';

const here = (file: string) => fileURLToPath(new URL(`./middleware/${file}`, import.meta.url));
const SERVICES = ['bare', 'audit', 'audit-bodies', 'input-output-logger', 'powertools'];

interface Measured {
  readonly loadMs: number;
  readonly firstUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly billedCpuUs: number;
  readonly billedWallUs: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, object[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-middleware-'));
  const calls = quick ? 5_000 : 100_000;
  const rounds = quick ? 1 : 5;
  try {
    const size = new Map<string, { bytes: number; gzip: number }>();
    for (const name of SERVICES) {
      const bytes = await bundle(here(`services/${name}.ts`), join(folder, name));
      size.set(name, { bytes, gzip: gzipSync(readFileSync(join(folder, name, 'index.js'))).length });
    }
    const measured = new Map<string, Measured[]>(SERVICES.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const name of SERVICES)
        measured
          .get(name)
          ?.push(await measure(folder, name, round === 0 ? calls : calls / 5, quick ? 20 : 200));
    const of = (name: string, key: keyof Measured) =>
      median((measured.get(name) ?? []).map((one) => one[key]));
    const load = Math.round(100 * (loadavg()[0] ?? 0)) / 100;
    return {
      'one warm invocation until its answer, µs': SERVICES.map((name) => ({
        service: name,
        p50: of(name, 'p50Us'),
        'over bare': of(name, 'p50Us') - of('bare', 'p50Us'),
        'times bare': of(name, 'p50Us') / of('bare', 'p50Us'),
        [`p99 of ${calls}`]: measured.get(name)?.[0]?.p99Us,
        'p99.9': measured.get(name)?.[0]?.p999Us,
        load,
      })),
      'first invocation and loading, ms': SERVICES.map((name) => ({
        service: name,
        'load, ms': of(name, 'loadMs'),
        'first answer, ms': of(name, 'firstUs') / 1_000,
        'bundle, KB': (size.get(name)?.bytes ?? 0) / 1_024,
        'gzip, KB': (size.get(name)?.gzip ?? 0) / 1_024,
        load,
      })),
      'billed in all: with the sending after the response, µs': ['bare', 'audit', 'audit-bodies'].map(
        (name) => ({
          service: name,
          CPU: of(name, 'billedCpuUs'),
          'wall clock': of(name, 'billedWallUs'),
          load,
        }),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, name: string, calls: number, billed: number): Promise<Measured> {
  const stub = fork(here('stub.ts'));
  const [port] = (await once(stub, 'message')) as [number];
  const isAudited = name.startsWith('audit');
  const origin = `127.0.0.1:${port}`;
  const service = fork(here('measure.ts'), [join(folder, name, 'index.js'), String(calls), String(billed)], {
    // Not the bench's own flags: with them Node starts without its snapshot.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      TMPDIR: folder,
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'orders-api',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
      ...(isAudited && {
        AUDIT_STREAM_BUS: 'audit',
        AWS_LAMBDA_RUNTIME_API: origin,
        AWS_ENDPOINT_URL_EVENTBRIDGE: `http://${origin}`,
      }),
      ...(name === 'powertools' && {
        LAMBDA_TASK_ROOT: '/var/task',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      }),
    },
  });
  service.stdout?.resume();
  try {
    return await answerOf(service);
  } finally {
    stub.disconnect();
  }
}

async function answerOf(service: ChildProcess): Promise<Measured> {
  const ended = once(service, 'exit').then(([code]) => {
    throw new Error(`the measured service ended with ${code}`);
  });
  const [measured] = (await Promise.race([once(service, 'message'), ended])) as [Measured];
  await ended.catch(() => {});
  return measured;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
