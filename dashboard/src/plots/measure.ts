/** The last minutes in numbers: events a second, and how long a push took. */

export interface Point {
  /** Start of the step, seconds since 1970. */
  readonly atSeconds: number;
  readonly perSecond: number;
  /** Undefined for a step without a push. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export const STEP_SECONDS = 2;
const STEPS = 150;
const SAMPLES = 500;

export class Measure {
  readonly #steps = new Map<number, { count: number; latenciesMs: number[] }>();

  /** `latencyMs` is undefined for what was pulled. */
  take(atMs: number, latencyMs: number | undefined): void {
    const at = stepOf(atMs);
    const step = this.#steps.get(at) ?? { count: 0, latenciesMs: [] };
    step.count++;
    if (latencyMs !== undefined && step.latenciesMs.length < SAMPLES) step.latenciesMs.push(latencyMs);
    this.#steps.set(at, step);
  }

  /** One point a step up to now, oldest first; steps without an event are 0. */
  points(nowMs: number): readonly Point[] {
    const end = stepOf(nowMs);
    const start = end - STEP_SECONDS * (STEPS - 1);
    for (const at of this.#steps.keys()) if (at < start) this.#steps.delete(at);
    return Array.from({ length: STEPS }, (_, i) => {
      const atSeconds = start + i * STEP_SECONDS;
      const { count = 0, latenciesMs = [] } = this.#steps.get(atSeconds) ?? {};
      const sorted = latenciesMs.toSorted((a, b) => a - b);
      return {
        atSeconds,
        perSecond: count / STEP_SECONDS,
        p50Ms: sorted[Math.floor(sorted.length * 0.5)],
        p95Ms: sorted[Math.floor(sorted.length * 0.95)],
      };
    });
  }
}

const stepOf = (ms: number) => Math.floor(ms / 1000 / STEP_SECONDS) * STEP_SECONDS;
