import { expect, test } from '@jest/globals';
import { RetrySchedule } from '../../src/client/retry-schedule.ts';

const waits = (random: number, count: number) => {
  const schedule = new RetrySchedule(() => random);
  return Array.from({ length: count }, () => schedule.next());
};

test('waits anywhere between nothing and a ceiling that doubles up to 30 seconds', () => {
  expect(waits(1, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(waits(0, 3)).toEqual([0, 0, 0]);
});

test('begins again after a connection that lasted, not after one that broke at once', () => {
  const schedule = new RetrySchedule(() => 1);
  for (let n = 0; n < 4; n++) schedule.next();
  schedule.lived(9_000);
  expect(schedule.next()).toBe(16_000);
  schedule.lived(11_000);
  expect(schedule.next()).toBe(1_000);
});

test('an announced end is answered at once, the first time', () => {
  const schedule = new RetrySchedule(() => 1);
  expect(schedule.promptly()).toBe(0);
  expect(schedule.promptly()).toBe(2_000);
});
