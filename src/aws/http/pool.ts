/** The lines to one origin: shared out among requests, reused, and given up by each request's own deadline. */
import type { Line, LineEvents } from './line.ts';
import type { HttpAnswer } from './response-reader.ts';

/** An answer of any status, or none. */
export type HttpResult =
  | ({ readonly kind: 'answered' } & HttpAnswer)
  | { readonly kind: 'unanswered'; readonly reason: string };

export interface PoolOptions {
  readonly open: (events: LineEvents) => Line;
  readonly now?: () => number;
  readonly setTimeout?: (run: () => void, ms: number) => unknown;
  readonly clearTimeout?: (timer: never) => void;
}

export interface Pool {
  /** The request as it goes out, one character a byte. Waiting for a line counts towards `timeoutMs`. Never throws.
   * It may reach the peer twice: if a line that was used before ends without a byte of answer, it is sent again once. */
  request(text: string, timeoutMs: number): Promise<HttpResult>;
  /** Opens a line before the first request needs it. */
  openAhead(): void;
  /** Ends all lines. */
  close(): void;
}

export function makePool(options: PoolOptions): Pool {
  const { open, now = Date.now } = options;
  const startTimer = options.setTimeout ?? setTimeout;
  const stopTimer = options.clearTimeout ?? clearTimeout;
  const slots = new Set<Slot>();
  /** Free lines, the one used last at the end: the others grow old and are dropped. */
  const idle: Slot[] = [];
  const waiting = new Set<Request>();
  let opening = 0;

  return {
    request: (text, timeoutMs) =>
      new Promise((resolve) => {
        const timer = startTimer(() => expire(request, timeoutMs), timeoutMs);
        const request: Request = { text, resolve, timer, slot: undefined, wasResent: false };
        assign(request);
      }),
    openAhead() {
      if (slots.size === 0) openLine();
    },
    close() {
      for (const slot of slots) slot.line?.drop('the pool is closed');
    },
  };

  function assign(request: Request): void {
    const slot = takeIdle();
    if (slot) send(slot, request);
    else {
      waiting.add(request);
      openLines();
    }
  }

  function takeIdle(): Slot | undefined {
    for (let slot = idle.pop(); slot; slot = idle.pop()) {
      if (now() - slot.idleSinceMs < MAX_IDLE_MS) return slot;
      slot.line?.drop('idle for too long');
    }
    return undefined;
  }

  function send(slot: Slot, request: Request): void {
    slot.request = request;
    request.slot = slot;
    slot.line?.send(request.text);
  }

  /** A free line takes who waits longest. */
  function serve(slot: Slot): void {
    const [next] = waiting;
    if (next) {
      waiting.delete(next);
      send(slot, next);
    } else {
      slot.idleSinceMs = now();
      idle.push(slot);
    }
  }

  function openLines(): void {
    while (opening < Math.min(LINES.opening, waiting.size) && slots.size < LINES.most) openLine();
  }

  function openLine(): void {
    const slot: Slot = { line: undefined, request: undefined, answers: 0, isOpen: false, idleSinceMs: 0 };
    slots.add(slot);
    opening++;
    const timer = startTimer(() => slot.line?.drop(`not connected within ${CONNECT_MS} ms`), CONNECT_MS);
    const opened = () => {
      stopTimer(timer as never);
      if (!slot.isOpen) opening--;
      slot.isOpen = true;
    };
    slot.line = open({
      open() {
        opened();
        serve(slot);
        openLines(); // those who still wait need more
      },
      answer(answer) {
        const { request } = slot;
        // What nobody asked for cannot be told from the answer to the next request.
        if (!request) return slot.line?.drop('an answer without a request');
        slot.request = undefined;
        slot.answers++;
        settle(request, { kind: 'answered', ...answer });
        if (!answer.isLast) serve(slot);
      },
      end(reason) {
        const hadOpened = slot.isOpen;
        opened();
        slots.delete(slot);
        const at = idle.indexOf(slot);
        if (at >= 0) idle.splice(at, 1);
        if (slot.request) ended(slot, slot.request, reason);
        else if (!hadOpened) failFirst(reason);
        openLines();
      },
    });
  }

  /** A peer may close a line just as it is used again; then it has closed the other idle ones as well. */
  function ended(slot: Slot, request: Request, reason: string): void {
    slot.request = undefined;
    if (slot.answers === 0 || slot.line?.hasBegun || request.wasResent)
      settle(request, { kind: 'unanswered', reason });
    else {
      for (const other of idle.splice(0)) other.line?.drop('its neighbour was closed');
      request.wasResent = true;
      request.slot = undefined;
      assign(request);
    }
  }

  /** Each line that cannot be opened costs one request: so all learn it, and each had its own try. */
  function failFirst(reason: string): void {
    const [first] = waiting;
    if (first) settle(first, { kind: 'unanswered', reason });
  }

  function expire(request: Request, timeoutMs: number): void {
    settle(request, { kind: 'unanswered', reason: `no answer within ${timeoutMs} ms` });
    const { slot } = request;
    if (!slot) return;
    slot.request = undefined;
    slot.line?.drop('no answer');
  }

  function settle(request: Request, result: HttpResult): void {
    stopTimer(request.timer as never);
    waiting.delete(request);
    request.resolve(result);
  }
}

interface Request {
  readonly text: string;
  readonly resolve: (result: HttpResult) => void;
  readonly timer: unknown;
  slot: Slot | undefined;
  wasResent: boolean;
}

/** A line and what it is doing. */
interface Slot {
  line: Line | undefined;
  request: Request | undefined;
  answers: number;
  isOpen: boolean;
  idleSinceMs: number;
}

export const LINES = {
  /** A thousand sends of 15 ms each take two turns; more lines cost more handshakes than they save. */
  most: 512,
  /** At once. Handshakes are CPU: lines that are open already work meanwhile. */
  opening: 32,
} as const;
const CONNECT_MS = 2_000;
/** Shorter than any peer's own; also after a Lambda was frozen. */
const MAX_IDLE_MS = 15_000;
