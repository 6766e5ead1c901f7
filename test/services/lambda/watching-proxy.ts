/** Stands between a function and Lambda's emulator: notes when what was asked and answered, and freezes the function
 * between invocations as Lambda does, which the emulator does not. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of the function to Lambda's API. */
export interface Call {
  readonly what: 'next' | 'response' | 'error' | 'register' | 'event/next' | 'other';
  /** Of the invocation, once it is known. */
  requestId?: string;
  /** `performance.now()` of this process. */
  readonly askedAtMs: number;
  answeredAtMs?: number;
  status?: number;
}

export interface WatchingProxy {
  /** Host and port, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  readonly calls: readonly Call[];
  /** How often the function was frozen. */
  freezes(): number;
  /** Whether the function has no connection to it. */
  isAlone(): Promise<boolean>;
  close(): void;
}

export interface ProxyOptions {
  /** The emulator's runtime API. */
  readonly target: string;
  /** The function's process, to be frozen while it and its extension wait; undefined to let it run. */
  readonly pid?: () => number;
  /** Told before the function has the answer. */
  readonly onAnswered?: (call: Call) => void;
  /** Whether the function's process was killed and no other is there yet: what still comes from it is dropped, as
   * Lambda drops the connections of an environment that it resets. */
  readonly isDead?: () => boolean;
  /** What is answered with 500, and the emulator never hears of. */
  readonly refuses?: (what: Call['what']) => boolean;
}

export async function startWatchingProxy({
  target,
  pid,
  onAnswered,
  isDead = () => false,
  refuses = () => false,
}: ProxyOptions): Promise<WatchingProxy> {
  const calls: Call[] = [];
  const waiting = new Set<Call['what']>();
  let isFrozen = false;
  let freezes = 0;

  const server = createServer((incoming, answer) => {
    if (isDead()) return void incoming.socket.destroy();
    const call = callOf(incoming.url ?? '');
    calls.push(call);
    if (refuses(call.what)) return void answer.writeHead(500).end('{}');
    forward(incoming, answer, call);
  });

  function forward(incoming: IncomingMessage, answer: ServerResponse, call: Call): void {
    const { method, headers, url } = incoming;
    const onward = request(`http://${target}${url}`, { method, headers }, (response) => {
      wakeUp(call);
      call.answeredAtMs = performance.now();
      call.status = response.statusCode ?? 0;
      const requestId = response.headers['lambda-runtime-aws-request-id'];
      if (typeof requestId === 'string') call.requestId = requestId;
      onAnswered?.(call);
      answer.writeHead(call.status, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    // A function that died no longer waits.
    answer.on('close', () => {
      waiting.delete(call.what);
      if (!answer.writableFinished) onward.destroy();
    });
    incoming.pipe(onward);
    waiting.add(call.what);
    if (waiting.has('next') && waiting.has('event/next')) freeze();
  }

  function freeze(): void {
    if (pid === undefined || isFrozen) return;
    isFrozen = signal(pid(), 'SIGSTOP');
    if (isFrozen) freezes++;
  }

  function wakeUp({ what }: Call): void {
    waiting.delete(what);
    if (pid === undefined || !isFrozen) return;
    isFrozen = false;
    signal(pid(), 'SIGCONT');
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    freezes: () => freezes,
    isAlone: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count === 0))),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const PATH = /^\/20\d\d-\d\d-\d\d\/(?:runtime\/invocation|extension)\/(?:([^/]+)\/(?=response|error))?(.*)$/;
const KNOWN: readonly string[] = ['next', 'response', 'error', 'register', 'event/next'];

function callOf(url: string): Call {
  const [, requestId, what = ''] = PATH.exec(url) ?? [];
  return {
    what: KNOWN.includes(what) ? (what as Call['what']) : 'other',
    ...(requestId !== undefined && { requestId }),
    askedAtMs: performance.now(),
  };
}

/** Whether there was such a process. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
