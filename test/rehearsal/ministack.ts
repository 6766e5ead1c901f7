/** An AWS emulator on this machine (MiniStack, from PyPI): installed once, started clean, stopped with all it started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../builders/free-port.ts';
import { type PythonPart, pythonPart } from '../services/python-part.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface MiniStack {
  readonly url: string;
  /** What the CDK, the SDKs and our own command line need to reach it, and nothing of this machine's AWS settings. */
  readonly env: Readonly<Record<string, string>>;
  /** Kills the Lambdas that run under such a name, as a crash does; how many there were. Finds them only on Linux. */
  kill(name: string): number;
  /** The last words of its log. */
  said(): string;
  stop(): Promise<void>;
}

export function miniStack(): PythonPart {
  return pythonPart('ministack', '1.5.33');
}

export async function startMiniStack(): Promise<MiniStack> {
  const part = miniStack();
  if ('missing' in part) throw new Error(part.missing);
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'audit-stream-ministack-'));
  const credentials = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  const child = spawn(part.python, ['-m', 'ministack'], {
    env: {
      PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: data,
      ...credentials,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      LAMBDA_EXECUTOR: 'local',
      // Signatures are checked, and every call against its role's policies.
      AUTH: 'true',
      NODE_PATH: join(root, 'node_modules'),
      S3_DATA_DIR: join(data, 's3'),
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-200_000);
    });
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 30_000; !(await isUp(url)); ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`MiniStack did not start; it said: ${said.slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    env: {
      ...credentials,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      CDK_DEFAULT_ACCOUNT: ACCOUNT,
      CDK_DEFAULT_REGION: REGION,
    },
    kill: (name) => killLambdas(child.pid ?? -1, name),
    said: () => said,
    stop,
  };
}

function killLambdas(parent: number, name: string): number {
  if (!existsSync('/proc/self/environ')) return 0;
  const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isLambda(pid, parent, name));
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return pids.length;
}

function isLambda(pid: string, parent: number, name: string): boolean {
  try {
    const [, ppid] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return Number(ppid) === parent && new RegExp(`AWS_LAMBDA_FUNCTION_NAME=[^\0]*${name}`).test(environ);
  } catch {
    return false; // it ended meanwhile
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}
