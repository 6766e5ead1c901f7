import { expect, test } from '@jest/globals';
import { isGood, latencyReport } from '../../../bin/latency/latency-report.ts';
import type { LatencyReport } from '../../../bin/latency/measure-latency.ts';
import { percentilesOf } from '../../../bin/latency/percentiles.ts';

const plain = (_: unknown, text: string) => text;

function aReport(fields: Partial<LatencyReport> = {}): LatencyReport {
  const figures = percentilesOf([10, 20, 30]);
  return {
    clients: 3,
    events: 2,
    deliveries: 6,
    byPull: 0,
    lost: 0,
    twice: 0,
    notInTrail: 0,
    firstMs: 90,
    hops: { put: figures, push: figures, whole: figures, last: figures, trail: figures, pull: figures },
    ...fields,
  };
}

test('it is good when all came once and p95 is within the bound, or no bound was given', () => {
  expect(isGood(aReport(), undefined)).toBe(true);
  expect(isGood(aReport(), 30)).toBe(true);
  expect(isGood(aReport(), 29)).toBe(false);
});

test.each([{ lost: 1 }, { twice: 1 }, { notInTrail: 1 }])('%p is not good, however fast', (fields) => {
  const report = aReport(fields);

  expect(isGood(report, 1_000)).toBe(false);
  expect(latencyReport(report, 1_000, plain)).toMatch(/deliveries lost.*came twice.*not in the trail/);
});

test('what was not measured is shown as such, and is within no bound', () => {
  const { hops } = aReport();
  const report = aReport({ hops: { ...hops, whole: undefined } });

  expect(isGood(report, 1_000)).toBe(false);
  expect(latencyReport(report, 1_000, plain)).toContain('not measured');
});

test('percentiles are values that were measured', () => {
  const values = Array.from({ length: 200 }, (_, i) => i + 1);

  expect(percentilesOf(values)).toEqual({ p50: 100, p95: 190, p99: 198, most: 200 });
  expect(percentilesOf([4.26])).toEqual({ p50: 4.3, p95: 4.3, p99: 4.3, most: 4.3 });
  expect(percentilesOf([])).toBeUndefined();
});
