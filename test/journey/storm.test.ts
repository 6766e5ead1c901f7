import { expect, test } from '@jest/globals';
import { runStorm } from './storm/run-storm.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`a storm is one message and one incident an alert, each with its end, and every event counts once (SEED=${seed})`, async () => {
  const end = await runStorm({ events: 10_000, groups: 50, seed });
  expect(end.broken).toEqual([]);
  expect(end.alerts).toBe(100);
  expect(end.pagerduty.overBefore).toBe(0);
  expect(end.redelivered).toBeGreaterThan(0);
}, 120_000);
