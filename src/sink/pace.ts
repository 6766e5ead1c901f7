/** How fast a destination of alerts may be spoken to: so many requests at once, then one every so often (GCRA).
 * https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm */

export interface PaceLimits {
  /** Time between two requests in the long run. */
  readonly minGapMs: number;
  /** Requests that may go at once after a pause; default 1. In any `t` milliseconds there are at most `burst + t / minGapMs`. */
  readonly burst?: number;
}

export interface Pace {
  /** 0 if a request may go now; else after how long to ask again: each who asks gets a later time than the one before. */
  waitMs(): number;
  /** A request goes now. */
  called(): void;
  /** When the next may go that has no burst left: what the next batch begins with. */
  nextCallMs(): number;
}

/** Only requests that went are counted: a message that was put off has taken nobody's place. */
export function makePace({ minGapMs, burst = 1 }: PaceLimits, beganAtMs: number, now: () => number): Pace {
  let nextCallMs = beganAtMs;
  let putOff = 0;
  return {
    waitMs() {
      const waitMs = nextCallMs - (burst - 1) * minGapMs - now();
      return waitMs <= 0 ? 0 : waitMs + putOff++ * minGapMs;
    },
    called() {
      nextCallMs = Math.max(now(), nextCallMs) + minGapMs;
    },
    nextCallMs: () => nextCallMs,
  };
}
