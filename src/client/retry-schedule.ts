/** When to try again: exponential with full jitter, so that a thousand clients cut at once do not come back at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */

const BASE_MS = 1_000;
const CAP_MS = 30_000;
/** A connection that lived this long was a good one: the count begins again. */
const STABLE_MS = 10_000;

export class RetrySchedule {
  /** Attempts in a row without a good connection. */
  attempt = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How long to wait before the next attempt, ms. */
  next(): number {
    const ceilingMs = Math.min(CAP_MS, BASE_MS * 2 ** this.attempt);
    this.attempt++;
    return this.#random() * ceilingMs;
  }

  /** The same, but at once for the first attempt: after a loss that the server announced. */
  promptly(): number {
    if (this.attempt > 0) return this.next();
    this.attempt++;
    return 0;
  }

  /** Tells how long a connection lived. */
  lived(ms: number): void {
    if (ms >= STABLE_MS) this.attempt = 0;
  }
}
