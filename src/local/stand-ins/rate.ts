/** Counts calls in a sliding window, as vendors limit them. */

export interface Rate {
  /** Seconds to wait before one more may come; 0 counts this one. */
  take(key: string, nowMs: number): number;
}

export function makeRate({ most, windowMs }: { readonly most: number; readonly windowMs: number }): Rate {
  const calls = new Map<string, number[]>();
  return {
    take(key, nowMs) {
      const recent = (calls.get(key) ?? []).filter((atMs) => nowMs - atMs < windowMs);
      calls.set(key, recent);
      if (recent.length >= most) return Math.ceil(((recent[0] ?? nowMs) + windowMs - nowMs) / 1_000);
      recent.push(nowMs);
      return 0;
    },
  };
}
