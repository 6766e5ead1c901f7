/** Spans of time as people write them: `90s`, `10m`, `2h`, `7d`. */

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds; undefined if the text is no span. */
export function parseSpan(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** In the largest unit that says it without a fraction. */
export function spanText(ms: number): string {
  const unit = (['d', 'h', 'm'] as const).find((each) => ms > 0 && ms % UNITS[each] === 0) ?? 's';
  return `${ms / UNITS[unit]}${unit}`;
}
