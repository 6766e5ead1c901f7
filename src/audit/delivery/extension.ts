/** An internal extension of the Lambda: keeps the environment awake after the response until the records are sent.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html */
import { Agent, request as httpRequest } from 'node:http';
import type { Tell } from './deliver.ts';
import { registerNow } from './register.ts';

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
}

interface Invoke {
  readonly eventType?: string;
  readonly requestId?: string;
  readonly deadlineMs?: number;
}

/** Has registered when it returns: Lambda takes that only while the function is being loaded. */
export function startExtension({ runtimeApi, afterResponse, tell }: ExtensionOptions): Extension {
  /** Invocations that Lambda has told us of, or the handler has, until both are done with them. */
  const known = new Map<string, Known>();
  let isOn = false;
  try {
    const identifier = registerNow(runtimeApi);
    isOn = true;
    void run({ 'lambda-extension-identifier': identifier });
  } catch (error) {
    tell('register', messageOf(error));
  }
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

  async function run(identity: Readonly<Record<string, string>>): Promise<void> {
    for (let failures = 0; ; )
      try {
        const {
          eventType,
          requestId = '',
          deadlineMs = 0,
        } = JSON.parse(await nextEvent(runtimeApi, identity)) as Invoke;
        failures = 0;
        isOn = true;
        if (eventType !== 'INVOKE') continue;
        await ended(knownOf(requestId));
        await responded();
        await afterResponse(deadlineMs);
      } catch (error) {
        // Nobody holds the environment now: what waits goes to the journal, and so does what comes.
        if (failures === 0) tell('register', messageOf(error));
        isOn = false;
        await afterResponse(0);
        await pause(Math.min(AGAIN_MS * 2 ** failures++, MAX_AGAIN_MS));
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

const MAX_KNOWN = 16;
/** How long the runtime may take to call the handler, and what stands before the middleware to get there, once Lambda
 * has told both. What takes longer is journalled. */
const GRACE_MS = 100;
/** Lambda waits for an extension that does not ask, so it asks again. */
const AGAIN_MS = 10;
const MAX_AGAIN_MS = 1_000;

/** AWS's client lets one turn of the event loop pass once the handler has answered; in it, it posts the response and
 * stands still until Lambda has it. https://github.com/aws/aws-lambda-nodejs-runtime-interface-client */
async function responded(): Promise<void> {
  await turn();
  await turn();
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function nextEvent(runtimeApi: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `http://${runtimeApi}/2020-01-01/extension/event/next`;
    const asked = httpRequest(url, { headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`event/next was answered with ${response.statusCode}`));
      });
    });
    // Neither this wait nor a pause keeps a process alive.
    asked.on('socket', (socket) => socket.unref());
    asked.on('error', reject);
    asked.end();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
