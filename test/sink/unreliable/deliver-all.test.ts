/** A tenth of `npm run prove -- deliveries`, with a seed of its own each time. */
import { expect, test } from '@jest/globals';
import { deliverAll } from './deliver-all.ts';

test('of 10,000 events to a destination that fails 30 % of its calls each is delivered or dead with its reason', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  const tally = await deliverAll({ events: 10_000, seed, giveUpMs: 100_000 });
  expect(tally.broken).toEqual([]);
  expect(tally.dead).toEqual({ http_400: 10 });
  expect(tally.delivered).toBe(9_990);
  expect(tally.failedCalls / tally.calls).toBeGreaterThan(0.15);
  expect(tally.again).toBeGreaterThan(0);
}, 120_000);
