/** An internal extension of the Lambda: keeps the environment awake after the response until the records are sent.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html */
import { Agent, request as httpRequest } from 'node:http';
import type { Tell } from './deliver.ts';

export interface Extension {
  begin(requestId: string): void;
  end(requestId: string): void;
  /** Whether the environment stays awake after this invocation until `afterResponse` is done. */
  holds(requestId: string): boolean;
}

export interface ExtensionOptions {
  /** Host and port, as `AWS_LAMBDA_RUNTIME_API` names them. */
  readonly runtimeApi: string;
  /** Runs after each response, and has to be done by `deadlineMs`, in epoch milliseconds. Never rejects. */
  readonly afterResponse: (deadlineMs: number) => Promise<void>;
  readonly tell: Tell;
  readonly ask?: typeof askApi;
}

interface Invoke {
  readonly eventType?: string;
  readonly requestId?: string;
  readonly deadlineMs?: number;
}

/** Starts to register at once: Lambda takes that only while the function is being loaded. */
export function startExtension({
  runtimeApi,
  afterResponse,
  tell,
  ask = askApi,
}: ExtensionOptions): Extension {
  /** Invocations that Lambda has told us of, or the handler has, until both are done with them. */
  const known = new Map<string, Known>();
  let isOn = false;
  run().catch((error: unknown) => {
    isOn = false;
    tell('register', error instanceof Error ? error.message : typeof error);
  });
  return {
    begin(requestId) {
      knownOf(requestId).isBegun = true;
    },
    end(requestId) {
      const invocation = knownOf(requestId);
      invocation.isEnded = true;
      invocation.wake?.();
    },
    holds: (requestId) => isOn && known.get(requestId)?.isReleased !== true,
  };

  async function run(): Promise<void> {
    const { headers } = await ask(runtimeApi, 'POST', 'register', { 'lambda-extension-name': NAME }, EVENTS);
    const identifier = { 'lambda-extension-identifier': String(headers['lambda-extension-identifier']) };
    isOn = true;
    for (;;) {
      const { body } = await ask(runtimeApi, 'GET', 'event/next', identifier);
      const { eventType, requestId = '', deadlineMs = 0 } = JSON.parse(body) as Invoke;
      if (eventType !== 'INVOKE') continue;
      await ended(knownOf(requestId));
      await pause(RESPONSE_MS);
      await afterResponse(deadlineMs);
    }
  }

  /** Until the handler is done. One that the middleware never saw (another one answered first) is let go. */
  async function ended(invocation: Known): Promise<void> {
    const done = new Promise<void>((resolve) => {
      invocation.wake = resolve;
    });
    if (!invocation.isEnded) {
      if (!invocation.isBegun) await Promise.race([done, pause(GRACE_MS)]);
      if (invocation.isBegun && !invocation.isEnded) await done;
    }
    invocation.isReleased = true;
  }

  function knownOf(requestId: string): Known {
    const invocation = known.get(requestId) ?? { isBegun: false, isEnded: false, isReleased: false };
    known.set(requestId, invocation);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return invocation;
  }
}

interface Known {
  isBegun: boolean;
  isEnded: boolean;
  isReleased: boolean;
  wake?: () => void;
}

const NAME = 'audit-stream';
const EVENTS = '{"events":["INVOKE"]}';
const MAX_KNOWN = 16;
/** How long the runtime may take to call the handler after Lambda has told both. */
const GRACE_MS = 1_000;
/** The runtime sends the response once the handler has answered; nothing tells us when it is out. */
const RESPONSE_MS = 5;

interface ApiAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function askApi(
  runtimeApi: string,
  method: 'GET' | 'POST',
  path: 'register' | 'event/next',
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const url = `http://${runtimeApi}/2020-01-01/extension/${path}`;
    const asked = httpRequest(url, { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ headers: response.headers, body: text });
        else reject(new Error(`${path} was answered with ${response.statusCode}`));
      });
    });
    // The wait for the next invocation keeps no process alive.
    asked.on('socket', (socket) => socket.unref());
    asked.on('error', reject);
    asked.end(body);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
