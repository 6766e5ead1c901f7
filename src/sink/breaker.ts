/** Stops calls to a destination that cannot take them now: it asked for a pause, is down, or is set up wrongly. Kept in
 * the process: each one learns it by itself, at the price of one call. */

export interface Closed {
  readonly kind: 'retry' | 'misconfigured';
  readonly reason: string;
  readonly untilMs: number;
}

export interface Breaker {
  /** Why no call may be made now; undefined lets one through. */
  closed(): Closed | undefined;
  /** A call was answered, whatever it said of its messages: a message that is refused says nothing against the destination. */
  answered(): void;
  /** It asked to be left alone, or gave no usable answer. A pause that it names is kept; else the third failure in a row
   * begins pauses that double. */
  failed(reason: string, afterMs?: number): void;
  /** A person has to mend it: looked at again every few minutes. */
  misconfigured(reason: string): void;
}

export function makeBreaker({
  now,
  random = Math.random,
}: {
  now: () => number;
  random?: () => number;
}): Breaker {
  let closed: Closed | undefined;
  let failures = 0;

  return {
    closed() {
      if (closed && now() >= closed.untilMs) closed = undefined;
      return closed;
    },
    answered() {
      failures = 0;
      closed = undefined;
    },
    failed(reason, afterMs) {
      failures++;
      const pauseMs = afterMs ?? pauseAfter(failures);
      if (pauseMs > 0) closed = { kind: 'retry', reason, untilMs: now() + pauseMs };
    },
    misconfigured(reason) {
      closed = { kind: 'misconfigured', reason, untilMs: now() + MISCONFIGURED_MS };
    },
  };

  function pauseAfter(failed: number): number {
    if (failed < FAILURES) return 0;
    return (0.5 + random() / 2) * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - FAILURES));
  }
}

/** One lost connection is no outage. */
const FAILURES = 3;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** Rare enough to cost nothing, often enough that mending shows soon. */
export const MISCONFIGURED_MS = 300_000;
