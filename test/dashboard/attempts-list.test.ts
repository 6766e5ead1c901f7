import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joined, lengthened, MOST_SHOWN } from '../../dashboard/src/deliveries/attempts-list.ts';
import type { DeliveriesAnswer, DeliveryAttempt } from '../../src/domain/deliveries.ts';

const anAttempt = (n: number): DeliveryAttempt => ({
  n,
  destination: 'datadog',
  atMs: n,
  durationMs: 1,
  bytes: 1,
  answer: { status: 202 },
  count: 1,
  tryNumber: 1,
  outcomes: [{ kind: 'delivered', count: 1 }],
  events: [],
});
/** Attempts from `high` down to `low`. */
const anAnswer = (high: number, low: number, fields: Partial<DeliveriesAnswer> = {}): DeliveriesAnswer => ({
  destinations: [],
  attempts: Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => anAttempt(high - i)),
  isKept: true,
  sinceMs: 1,
  ...fields,
});
const numbers = (answer: DeliveriesAnswer | undefined) => answer?.attempts.map(({ n }) => n);

test('what came since stands above what was there, none twice and none missing, up to what a person looks through', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 20 }), (polls) => {
      let high = 0;
      let shown = anAnswer(0, 1);
      for (const more of polls) {
        shown = joined(shown, anAnswer(high + more, high + 1)) ?? shown;
        high += more;
      }
      const expected = Array.from({ length: Math.min(high, MOST_SHOWN) }, (_, i) => high - i);
      expect(numbers(shown)).toEqual(expected);
      expect(shown.next).toBe(high > MOST_SHOWN ? high - MOST_SHOWN + 1 : undefined);
    }),
  );
});

test('more than one answer holds, or a record that began anew, does not join', () => {
  expect(joined(anAnswer(3, 1), anAnswer(99, 50, { next: 50 }))).toBeUndefined();
  expect(joined(anAnswer(3, 1), anAnswer(1, 1, { sinceMs: 2 }))).toBeUndefined();
});

test('older ones stand below, with where to go on', () => {
  const longer = lengthened(anAnswer(9, 7, { next: 7 }), anAnswer(6, 4, { next: 4 }));
  expect(numbers(longer)).toEqual([9, 8, 7, 6, 5, 4]);
  expect(longer.next).toBe(4);
  expect(lengthened(longer, anAnswer(3, 1)).next).toBeUndefined();
  expect(lengthened(longer, anAnswer(3, 1, { sinceMs: 2 }))).toBe(longer);
});

test('a poll that brings nothing keeps the way to older ones', () => {
  expect(joined(anAnswer(9, 7, { next: 7 }), anAnswer(0, 1))).toMatchObject({ next: 7 });
});
