import { expect, test } from '@jest/globals';
import { Suggestions } from '../../dashboard/src/filter/suggestions.ts';
import { Measure, STEP_SECONDS } from '../../dashboard/src/plots/measure.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const NOW_MS = 1_800_000_000_000;

test('the rate counts an event when it was accepted, however late it came', () => {
  const measure = new Measure();
  measure.take(NOW_MS - 10_000, undefined);
  measure.take(NOW_MS - 10_000, undefined);
  const points = measure.points(NOW_MS);

  const at = points.find(({ perSecond }) => perSecond > 0);
  expect(at).toMatchObject({ atSeconds: NOW_MS / 1000 - 10, perSecond: 2 / STEP_SECONDS });
  expect(points.filter(({ perSecond }) => perSecond > 0)).toHaveLength(1);
});

test('only a push has a latency', () => {
  const measure = new Measure();
  for (const ms of [5, 1, 3, 2, 100]) measure.take(NOW_MS, ms);
  measure.take(NOW_MS, undefined);

  expect(measure.points(NOW_MS).at(-1)).toMatchObject({ p50Ms: 3, p95Ms: 100 });
  expect(measure.points(NOW_MS).at(-2)).toMatchObject({ p50Ms: undefined, p95Ms: undefined });
});

test('what lies before the plot is forgotten', () => {
  const measure = new Measure();
  measure.take(NOW_MS, 1);
  measure.points(NOW_MS + 3_600_000);

  expect(measure.points(NOW_MS).every(({ perSecond }) => perSecond === 0)).toBe(true);
});

test('what was seen often is suggested first, and only what contains the text', () => {
  const suggestions = new Suggestions();
  for (const action of ['a.read', 'a.write', 'a.write', 'b.read']) suggestions.see(anAuditEvent({ action }));

  expect(suggestions.for('action', 'A.')).toEqual(['a.write', 'a.read']);
  expect(suggestions.for('action', '')).toHaveLength(3);
});
