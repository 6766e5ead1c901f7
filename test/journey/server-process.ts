/** A real server in a process of its own, that can be killed and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../builders/free-port.ts';

export interface ServerProcess {
  readonly url: string;
  readonly streamUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** SIGKILL: no goodbye, no flush. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  setFaults(faults: Readonly<Record<string, number>>): Promise<void>;
  /** A viewer's token of the development issuer. */
  token(tenant: string, roles?: readonly string[]): Promise<string>;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

export interface ServerOptions {
  /** Node's own options for the server, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** Of `audit-stream serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const START_MS = 20_000;

export async function startServer({
  nodeOptions = [],
  args: more = [],
  env = {},
}: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-journey-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const args = [...nodeOptions, CLI, 'serve', '--port', String(port), '--data', dataDir, ...more];
    const starting = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    child = starting;
    let said = '';
    starting.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    starting.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    const deadline = Date.now() + START_MS;
    while (!said.includes('Audit Stream is at')) {
      if (starting.exitCode !== null || Date.now() > deadline)
        throw new Error(`the server did not start within ${START_MS} ms; it said: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };

  await start();
  return {
    url,
    streamUrl: `ws://127.0.0.1:${port}/stream`,
    dataDir,
    get pid() {
      return child?.pid ?? -1;
    },
    start,
    kill: () => end('SIGKILL'),
    setFaults: async (faults) => void (await post(`${url}/dev/faults`, faults)),
    async token(tenant, roles = ['viewer']) {
      const body = { tenant, roles, subject: `viewer-of-${tenant}`, expiresInSeconds: 3_600 };
      return ((await post(`${url}/dev/token`, body)) as { token: string }).token;
    },
    async dispose() {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
  return answer.json();
}
