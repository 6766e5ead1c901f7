/** What one push costs: our signed sender against the SDK's client, and against a bare `ws` send, for scale. Each client
 * runs in a process of its own, and only its CPU is counted; what answers it is another process. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../lambdas/build.ts';
import { firstSendMs } from './fan-out/first-send.ts';

const CLIENT = fileURLToPath(new URL('./fan-out/client.ts', import.meta.url));
const STUB = fileURLToPath(new URL('./fan-out/stub.ts', import.meta.url));
const RUNS = 3;

interface Measured {
  readonly cpuMicroseconds: number;
  readonly tookMs: number;
  readonly perSecond: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, object[]>> {
  const sends = quick ? 5_000 : 40_000;
  const load = Math.round(100 * (loadavg()[0] ?? 0)) / 100;
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-fan-out-'));
  try {
    const hasTls = makeCertificate(folder);
    if (!hasTls) console.log('Left out: TLS (openssl is not installed).');
    const ws = await median(() => wsSend(sends));
    const rows = [];
    for (const scheme of hasTls ? ['http', 'https'] : ['http']) {
      const lean = await median(() => against(scheme, 'lean', sends, 0, folder));
      const sdk = await median(() => against(scheme, 'sdk', Math.ceil(sends / 4), 0, folder));
      rows.push({
        over: scheme === 'https' ? 'TLS' : 'plain',
        'lean, µs': lean.cpuMicroseconds,
        'SDK, µs': sdk.cpuMicroseconds,
        'SDK ÷ lean': sdk.cpuMicroseconds / lean.cpuMicroseconds,
        'ws, µs': ws.cpuMicroseconds,
        'lean ÷ ws': lean.cpuMicroseconds / ws.cpuMicroseconds,
        'lean, sends/s': lean.perSecond,
        'SDK, sends/s': sdk.perSecond,
        load,
      });
    }
    const slow = [];
    for (const kind of ['lean', 'sdk']) {
      const { tookMs } = await median(() => against('http', kind, 1_000, 15, folder, 1_000));
      slow.push({ client: kind, 'took, ms': tookMs, 'times the delay': tookMs / 15, load });
    }
    return {
      'CPU of one send': rows,
      '1,000 sends to a peer that answers after 15 ms': slow,
      'fresh process to the first byte of its first send': await starts(folder, quick ? 5 : 15, load),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The app's own bundle, and the same composed with the SDK's clients. */
async function starts(folder: string, runs: number, load: number): Promise<object[]> {
  const bundles = {
    lean: new URL('../lambdas/stream/broadcast.ts', import.meta.url),
    SDK: new URL('../test/rehearsal/broadcast-sdk.ts', import.meta.url),
  };
  const rows = [];
  for (const [name, entry] of Object.entries(bundles)) {
    const bytes = await bundle(fileURLToPath(entry), join(folder, name));
    const tookMs = [];
    for (let i = 0; i < runs + 2; i++) tookMs.push(await firstSendMs(join(folder, name)));
    const sorted = tookMs.slice(2).sort((a, b) => a - b); // the first two fill the disk's cache
    rows.push({
      client: name,
      'bundle, KB': bytes / 1_024,
      'median, ms': sorted[Math.floor(runs / 2)],
      load,
    });
  }
  const nodeMs = [];
  for (let i = 0; i < runs; i++) nodeMs.push(bareNodeMs());
  nodeMs.sort((a, b) => a - b);
  rows.push({ client: 'none: an empty process', 'median, ms': nodeMs[Math.floor(runs / 2)], load });
  return rows;
}

function bareNodeMs(): number {
  const startedAtMs = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedAtMs;
}

async function median(measure: () => Promise<Measured>): Promise<Measured> {
  const all = [];
  for (let i = 0; i < RUNS; i++) all.push(await measure());
  all.sort((a, b) => a.cpuMicroseconds - b.cpuMicroseconds);
  return all[Math.floor(RUNS / 2)] as Measured;
}

async function against(
  scheme: string,
  kind: string,
  sends: number,
  delayMs: number,
  folder: string,
  together = 100,
): Promise<Measured> {
  const stub = start(STUB, [scheme, String(delayMs), folder]);
  try {
    const url = await line(stub);
    return JSON.parse(await line(start(CLIENT, [kind, url, String(sends), String(together)]))) as Measured;
  } finally {
    stub.kill();
  }
}

async function wsSend(sends: number): Promise<Measured> {
  const client = start(CLIENT, ['ws', '', String(sends)]);
  const [url] = (await once(client, 'message')) as [string];
  const listeners = start(STUB, ['listen', '100', url]);
  try {
    return JSON.parse(await line(client)) as Measured;
  } finally {
    listeners.kill();
  }
}

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(file, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
  });
}

async function line(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return text.trim();
  }
  throw new Error(`the process ended without a word: ${text}`);
}

function makeCertificate(folder: string): boolean {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  const made = spawnSync('openssl', [...args, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder });
  return made.status === 0;
}
