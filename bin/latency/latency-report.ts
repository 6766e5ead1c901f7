/** What a latency check found, as a person reads it, and whether it is good enough. */
import { table } from '../table.ts';
import type { Paint } from '../terminal.ts';
import type { LatencyReport } from './measure-latency.ts';
import type { Percentiles } from './percentiles.ts';

/** Every client got every event exactly once, the trail has them all, and p95 of the whole way is within the bound. */
export function isGood(report: LatencyReport, boundMs: number | undefined): boolean {
  const { lost, twice, notInTrail, hops } = report;
  const isComplete = lost === 0 && twice === 0 && notInTrail === 0;
  return isComplete && (boundMs === undefined || (hops.whole !== undefined && hops.whole.p95 <= boundMs));
}

export function latencyReport(report: LatencyReport, boundMs: number | undefined, paint: Paint): string {
  const { clients, events, deliveries, byPull, lost, twice, notInTrail, firstMs, hops } = report;
  const rows: readonly (readonly [string, Percentiles | undefined])[] = [
    ['put: request → answer', hops.put],
    ['bus and push: answer → client', hops.push],
    ['whole: request → client', hops.whole],
    ['whole: request → last client', hops.last],
    ['trail: request → found by a pull', hops.trail],
    ['a pull', hops.pull],
  ];
  const cells = rows.map(([name, figures]) => [
    name,
    ...(['p50', 'p95', 'p99', 'most'] as const).map((key) => (figures ? figures[key].toFixed(1) : '–')),
  ]);
  const verdict = isGood(report, boundMs) ? 'green' : 'red';
  const p95 = hops.whole?.p95;
  return [
    `${clients} clients, ${events} marked events, ${deliveries.toLocaleString('en')} of ${(clients * events).toLocaleString('en')} deliveries, ${byPull.toLocaleString('en')} of them by pull.`,
    '',
    ...table(['ms', 'p50', 'p95', 'p99', 'most'], cells, paint),
    '',
    ...(firstMs === undefined ? [] : [`Not among them: the first event, ${firstMs} ms to its last client.`]),
    paint(
      verdict,
      lost + twice + notInTrail === 0
        ? 'Every client got every event exactly once, and the trail has them all.'
        : `${lost} deliveries lost, ${twice} came twice, ${notInTrail} events not in the trail.`,
    ),
    ...(boundMs === undefined
      ? []
      : [
          paint(
            verdict,
            `p95 of the whole way: ${p95 === undefined ? 'not measured' : `${p95.toFixed(1)} ms`}, bound ${boundMs} ms.`,
          ),
        ]),
  ].join('\n');
}
