import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServerClock } from '../../src/client/server-clock.ts';

test('clocks that may agree are taken to agree, however slow the welcome was', () => {
  let nowMs = 1_000;
  const clock = new ServerClock(() => nowMs);
  nowMs = 1_400;
  clock.observe(1_050, 1_000);
  expect(clock.now()).toBe(1_400);
});

test('clocks that cannot agree are told apart to within half the wait', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat(500),
      fc.nat(500),
      (offsetMs, thereMs, backMs) => {
        const nowMs = 2e12 + thereMs + backMs;
        const clock = new ServerClock(() => nowMs);
        clock.observe(2e12 + thereMs + offsetMs, 2e12);
        const waitMs = thereMs + backMs;
        const errorMs = Math.abs(clock.now() - (nowMs + offsetMs));
        expect(errorMs).toBeLessThanOrEqual(Math.abs(offsetMs) <= waitMs ? waitMs : waitMs / 2);
      },
    ),
  );
});

test('nothing is known here before it happened there', () => {
  const clock = new ServerClock(() => 10_000);
  clock.observe(109_900, 9_000);
  clock.happened(110_600);
  expect(clock.now()).toBeGreaterThanOrEqual(110_600);
});
