/** When a simulated clock has something to do: the whole minutes after what falls due, each once. */
export class DueTimes {
  /** The earliest last. */
  readonly #times: number[] = [];
  readonly #known = new Set<number>();

  add(dueMs: number): void {
    const ms = Math.ceil(dueMs / MINUTE) * MINUTE;
    if (this.#known.has(ms)) return;
    this.#known.add(ms);
    let at = this.#times.length;
    while (at > 0 && (this.#times[at - 1] as number) < ms) at--;
    this.#times.splice(at, 0, ms);
  }

  get nextMs(): number {
    return this.#times.at(-1) ?? Number.POSITIVE_INFINITY;
  }

  takeUntil(ms: number): number | undefined {
    if (this.nextMs > ms) return undefined;
    const next = this.#times.pop() as number;
    this.#known.delete(next);
    return next;
  }
}

const MINUTE = 60_000;
