/** Tells the time as the server's clock does, so that "accepted" and "handed over" can be subtracted. */

/** Keeps the offset between the two clocks within the bounds that the exchange proves. When the clocks may agree they
 * are taken to agree: on one machine, or two with NTP, a guess from the round trip would be worse than nothing. */
export class ServerClock {
  readonly #now: () => number;
  #lowMs = Number.NEGATIVE_INFINITY;
  #highMs = Number.POSITIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The server wrote `serverTimeMs` after we asked at `askedAtMs` (our clock) and before now. */
  observe(serverTimeMs: number, askedAtMs: number): void {
    this.#lowMs = serverTimeMs - this.#now();
    this.#highMs = serverTimeMs - Math.min(askedAtMs, this.#now());
  }

  /** Something that happened at `serverTimeMs` is known here already. */
  happened(serverTimeMs: number): void {
    if (Number.isFinite(this.#highMs)) this.#lowMs = Math.max(this.#lowMs, serverTimeMs - this.#now());
  }

  /** Now, by the server's clock, ms. */
  now(): number {
    return this.#now() + this.#offsetMs();
  }

  #offsetMs(): number {
    if (this.#lowMs <= 0 && this.#highMs >= 0) return 0;
    return this.#lowMs > this.#highMs ? this.#lowMs : (this.#lowMs + this.#highMs) / 2;
  }
}
