/** What a list of times says, in ms. */

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** Nearest rank: each figure is one that was measured. */
export function percentilesOf(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => tenths(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;
