/** Spreads what one connection asks, so that a long catch-up stays under the server's messages per second. */

const EVERY_MS = 20;
/** This many may go at once after a quiet time. */
const BURST = 20;

export class Pace {
  #freeAtMs = Number.NEGATIVE_INFINITY;

  /** Takes the next turn: how long to wait for it, ms. */
  next(nowMs: number): number {
    // A clock that was set back must not make us wait for the old time.
    const inReach = this.#freeAtMs - nowMs > 60_000 ? nowMs : this.#freeAtMs;
    this.#freeAtMs = Math.max(inReach, nowMs - EVERY_MS * BURST) + EVERY_MS;
    return Math.max(0, this.#freeAtMs - nowMs);
  }
}
