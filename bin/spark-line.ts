/** How often something happened over a span of time, as one line of bars. */

const BARS = '▁▂▃▄▅▆▇█';

/** Where nothing happened is a space: the lowest bar is something. */
export function sparkLine(
  times: readonly number[],
  fromMs: number,
  toMs: number,
  width: number,
  most = Math.max(...countsOf(times, fromMs, toMs, width)),
): string {
  return countsOf(times, fromMs, toMs, width)
    .map((count) => (count === 0 ? ' ' : BARS[Math.ceil((count / Math.max(1, most)) * BARS.length) - 1]))
    .join('');
}

function countsOf(times: readonly number[], fromMs: number, toMs: number, width: number): readonly number[] {
  const counts = new Array<number>(width).fill(0);
  const stepMs = Math.max(1, toMs - fromMs + 1) / width;
  for (const ms of times) {
    const at = Math.min(width - 1, Math.max(0, Math.floor((ms - fromMs) / stepMs)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
