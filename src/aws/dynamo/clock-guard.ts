/** Refuses to write by a clock that is wrong: slices of the trail close by the clock, so a writer's must be right.
 * DynamoDB's answers tell its time in whole seconds; many of them, at random moments, tell it closely. */

export interface ClockGuard {
  /** An answer that bore `serverMs`, to a request that left and was answered at these times of our clock. */
  observe(serverMs: number, sentAtMs: number, receivedAtMs: number): void;
  /** How far our clock is off for certain, in ms: ahead is positive; 0 when it may be right. */
  offMs(nowMs: number): number;
}

/** The clock is further off than `CLOCK_LIMIT_MS`: nothing is written until it is right again. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
}

/** Two clocks may differ by twice as much: with the deadline of a write it must fit into the trail's margin. */
export const CLOCK_LIMIT_MS = 500;
/** Answers older than this no longer say how the clock stands now. */
const MAX_AGE_MS = 60_000;
const KEPT = 32;

export function makeClockGuard(): ClockGuard {
  let seen: { readonly atMs: number; readonly least: number; readonly most: number }[] = [];
  return {
    observe(serverMs, sentAtMs, receivedAtMs) {
      const least = sentAtMs - (serverMs + 1_000);
      const most = receivedAtMs - serverMs;
      const agreeing = seen.filter((other) => other.least <= most && other.most >= least);
      seen = [...agreeing, { atMs: receivedAtMs, least, most }].slice(-KEPT);
    },
    offMs(nowMs) {
      const recent = seen.filter(({ atMs }) => Math.abs(nowMs - atMs) <= MAX_AGE_MS);
      const least = Math.max(...recent.map((each) => each.least));
      const most = Math.min(...recent.map((each) => each.most));
      if (recent.length === 0 || (least <= 0 && most >= 0)) return 0;
      return least > 0 ? least : most;
    },
  };
}

/** The clock, less what it is certainly ahead: who closes slices by it closes them rather late than early. */
export function heldBack(now: () => number, clock: ClockGuard): () => number {
  return () => {
    const nowMs = now();
    return Math.floor(nowMs - Math.max(0, clock.offMs(nowMs)));
  };
}
