/** A Java server for tests in a process of its own: up when it answers, stopped by its process id. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface JavaServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface JavaServerOptions {
  readonly name: string;
  readonly port: number;
  /** Everything after `java`. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** For a program that ends with its standard input. */
  readonly stdin?: 'open';
}

const START_MS = 30_000;

/** Resolves once it answers HTTP with anything. */
export async function startJavaServer({
  name,
  port,
  args,
  cwd,
  stdin,
}: JavaServerOptions): Promise<JavaServer> {
  const child = spawn('java', ['-XX:TieredStopAtLevel=1', ...args], {
    ...(cwd !== undefined && { cwd }),
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_MS; !(await answers(url)); ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${name} did not start; it said: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
