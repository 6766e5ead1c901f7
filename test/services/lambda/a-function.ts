/** A Lambda function on the emulator: called one at a time, killed at will, its log and its calls to Lambda in view. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../builders/free-port.ts';
import { until } from '../../builders/until.ts';
import { type ProxyOptions, startWatchingProxy, type WatchingProxy } from './watching-proxy.ts';

export interface LambdaFunction {
  readonly proxy: WatchingProxy;
  /** What Lambda's caller gets; the emulator gives it only when the extension is done too. */
  invoke(event: unknown): Promise<unknown>;
  /** Everything that it wrote, with the emulator's own lines between. */
  log(): string;
  /** SIGKILL to the process that runs the handler; resolves when nothing of it is on its way any more. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface FunctionOptions extends Pick<ProxyOptions, 'onAnswered' | 'refuses'> {
  readonly binary: string;
  /** Folder with `index.js`, which exports `handler`. */
  readonly code: string;
  readonly timeoutS: number;
  readonly env: Readonly<Record<string, string>>;
  /** Freezes it between invocations. */
  readonly freezes?: boolean;
  /** A Node client of the Runtime API; ours by default. */
  readonly client?: string | undefined;
}

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));

export async function startFunction(options: FunctionOptions): Promise<LambdaFunction> {
  const { binary, code, timeoutS, env, freezes = false, client = BOOTSTRAP, ...watching } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  mkdirSync(join(folder, 'tmp'));
  const pid = () => Number(readFileSync(join(folder, 'pid'), 'utf8'));
  let killed: number | undefined;
  const isDead = () => killed !== undefined && killed === pid();
  const [callPort, apiPort] = [await freePort(), await freePort()];
  const proxy = await startWatchingProxy({
    ...watching,
    isDead,
    target: `127.0.0.1:${apiPort}`,
    ...(freezes && { pid }),
  });
  const boot = join(folder, 'boot.sh');
  writeFileSync(
    boot,
    `#!/bin/sh\necho $$ > ${folder}/pid\nexport AWS_LAMBDA_RUNTIME_API=${proxy.address}\nexec ${process.execPath} ${client} index.handler\n`,
  );
  chmodSync(boot, 0o755);
  const listen = ['--runtime-interface-emulator-address', `127.0.0.1:${callPort}`];
  const child = spawn(
    binary,
    [...listen, '--runtime-api-address', `127.0.0.1:${apiPort}`, boot, 'index.handler'],
    {
      cwd: code,
      env: {
        PATH: process.env.PATH,
        TMPDIR: join(folder, 'tmp'),
        LAMBDA_TASK_ROOT: code,
        AWS_LAMBDA_FUNCTION_NAME: 'fn',
        AWS_LAMBDA_FUNCTION_TIMEOUT: String(timeoutS),
        ...env,
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${callPort}/2015-03-31/functions/function/invocations`;

  return {
    proxy,
    async invoke(event) {
      for (const deadline = Date.now() + START_MS; ; )
        try {
          const answer = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
          return parsed(await answer.text());
        } catch (error) {
          // Not up yet: nothing was begun.
          if (
            (error as { cause?: { code?: string } }).cause?.code !== 'ECONNREFUSED' ||
            Date.now() > deadline
          )
            throw error;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
    },
    log: () => `${said.stdout}\n${said.stderr}`,
    kill() {
      killed = pid();
      process.kill(killed, 'SIGKILL');
      return until(proxy.isAlone);
    },
    async stop() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      // The runtime may be in a group of its own, and frozen.
      try {
        process.kill(pid(), 'SIGKILL');
      } catch {}
      proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const START_MS = 10_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // of a time-out, for instance
  }
}
