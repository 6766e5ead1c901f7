import { expect, test } from '@jest/globals';
import { acceptedAtMsOf } from '../../src/aws/accepted-at.ts';
import type { BusEvent } from '../../src/domain/bus-event.ts';

const BUS_MS = Date.UTC(2026, 10, 1, 12, 0, 7);
const NOW_MS = BUS_MS + 60_000;

function at(recordedAt?: string, time = new Date(BUS_MS).toISOString()): number {
  return acceptedAtMsOf({ time, detail: { recordedAt } } as unknown as BusEvent, NOW_MS);
}

test('the producer’s own time gives the milliseconds that the bus does not have', () => {
  expect(at(new Date(BUS_MS + 314).toISOString())).toBe(BUS_MS + 314);
});

test('an event that was sent just before the second that took it was taken when that began', () => {
  expect(at(new Date(BUS_MS - 12).toISOString())).toBe(BUS_MS);
});

test.each([
  ['an hour old', new Date(BUS_MS - 3_600_000).toISOString()],
  ['from a clock ahead', new Date(BUS_MS + 5_000).toISOString()],
  ['no time', 'yesterday'],
  ['missing', undefined],
])('a producer’s time that is %s counts for nothing', (_, recordedAt) => {
  expect(at(recordedAt)).toBe(BUS_MS);
});

test('nothing was taken in the future, and an envelope without a time was taken now', () => {
  expect(at(undefined, new Date(NOW_MS + 5_000).toISOString())).toBe(NOW_MS);
  expect(at(undefined, '')).toBe(NOW_MS);
});
