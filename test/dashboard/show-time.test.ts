import { expect, test } from '@jest/globals';
import { showAge, showDayAndTime, showTime } from '../../dashboard/src/view/show-time.ts';

const at = Date.parse('2026-11-23T12:03:20.123Z');

test('a time of today is a clock, an older one has its day', () => {
  expect(showTime(at, 'utc', at + 1000)).toBe('12:03:20.123');
  expect(showTime(at, 'utc', at + 86_400_000)).toBe('11-23 12:03:20');
  expect(showTime(Number.NaN, 'utc', at)).toBe('');
});

test('an age is said in the largest unit that fits', () => {
  expect([0, 59_000, 61_000, 3_600_000, 90_000_000].map(showAge)).toEqual([
    '0 s ago',
    '59 s ago',
    '1 min ago',
    '1 h ago',
    '1 d ago',
  ]);
});

test('a day and time in UTC says so', () => {
  expect(showDayAndTime(at, true)).toBe('2026-11-23 12:03:20.123 UTC');
});
