/** Rate and latency of what reached this page. */
import { type Measure, type Point, STEP_SECONDS } from './measure.ts';
import { Plot } from './plot.tsx';

const RATE = [{ label: 'events/s', color: '--accent', of: (point: Point) => point.perSecond }];
const LATENCY = [
  { label: 'p95', color: '--warn', of: (point: Point) => point.p95Ms },
  { label: 'p50', color: '--accent', of: (point: Point) => point.p50Ms },
];

export function Plots({ measure }: { readonly measure: Measure }) {
  return (
    <div class="plots">
      <Plot title="Rate" measure={measure} lines={RATE} words={rate} />
      <Plot title="Push latency" measure={measure} lines={LATENCY} words={latency} />
    </div>
  );
}

const WINDOW = 5;

function rate(points: readonly Point[]): string {
  const last = points.slice(-1 - WINDOW, -1);
  const perSecond = last.reduce((sum, point) => sum + point.perSecond, 0) / WINDOW;
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s over ${WINDOW * STEP_SECONDS} s`;
}

function latency(points: readonly Point[]): string {
  const last = points.findLast(({ p50Ms }) => p50Ms !== undefined);
  return last?.p50Ms === undefined || last.p95Ms === undefined
    ? 'no push yet'
    : `p50 ${Math.round(last.p50Ms)} · p95 ${Math.round(last.p95Ms)} ms`;
}
