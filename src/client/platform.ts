/** What the client takes from the platform, so that a test (or an old Node) can bring its own. */
import type { AuditStreamClientOptions } from './client.ts';

/** The little of a WebSocket that the client uses: the platform's fits, and so does that of the `ws` package. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}
export type SocketConstructor = new (url: string, protocols?: string[]) => Socket;

export interface Platform {
  readonly WebSocket: SocketConstructor;
  readonly now: () => number;
  readonly random: () => number;
  /** Runs once after `ms`; the function it gives calls that off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Timers of the platforms hold 31 bits of milliseconds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The options' parts, and the platform's for the rest. Timers keep a Node process alive until `close()`. */
export function platformOf(options: AuditStreamClientOptions): Platform {
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  if (!WebSocket)
    throw new Error('This runtime has no WebSocket: pass one as `WebSocket` (on Node 20 that of `ws`)');
  const set = options.setTimeout ?? ((run: () => void, ms: number): unknown => setTimeout(run, ms));
  const clear = options.clearTimeout ?? ((timer: unknown) => clearTimeout(timer as number));
  return {
    WebSocket,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    after: (ms, run) => {
      const timer = set(run, Math.min(ms, LONGEST_TIMER_MS));
      return () => clear(timer);
    },
  };
}
