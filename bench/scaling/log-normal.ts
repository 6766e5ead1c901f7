/** Service times as services have them: a log-normal through two published percentiles. */

export interface LogNormal {
  readonly mu: number;
  readonly sigma: number;
}

interface Percentile {
  readonly share: number;
  readonly ms: number;
}

/** Standard normal quantiles of the shares that are used. */
const QUANTILES: Readonly<Record<string, number>> = {
  '0.5': 0,
  '0.9': 1.281552,
  '0.95': 1.644854,
  '0.99': 2.326348,
};

export function fitted(low: Percentile, high: Percentile): LogNormal {
  const [zLow, zHigh] = [low, high].map(({ share }) => {
    const z = QUANTILES[String(share)];
    if (z === undefined) throw new RangeError(`no quantile for ${share}`);
    return z;
  }) as [number, number];
  const sigma = (Math.log(high.ms) - Math.log(low.ms)) / (zHigh - zLow);
  return { mu: Math.log(low.ms) - zLow * sigma, sigma };
}

/** Box and Muller; `random` gives [0, 1). */
export function draw({ mu, sigma }: LogNormal, random: () => number): number {
  const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(mu + sigma * z);
}

export function percentileOf({ mu, sigma }: LogNormal, share: 0.5 | 0.9 | 0.95 | 0.99): number {
  return Math.exp(mu + sigma * (QUANTILES[String(share)] as number));
}
