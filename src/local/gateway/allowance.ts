/** How much one connection may say: so many messages a second on average, twice that in a burst. */

export interface Allowance {
  /** True when one more is allowed; it counts then. */
  take(): boolean;
}

export function makeAllowance(perSecond: number, now: () => number): Allowance {
  let left = perSecond * 2;
  let atMs = now();
  return {
    take() {
      const nowMs = now();
      left = Math.min(perSecond * 2, left + ((nowMs - atMs) / 1000) * perSecond);
      atMs = nowMs;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
