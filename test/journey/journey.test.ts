/** The whole way, from a producer's request to thirty viewers, in real processes and over real sockets. */
import { expect, test } from '@jest/globals';
import { awsEventRuler, reference } from './expected.ts';
import { lateLine, percent } from './prove-journey.ts';
import { type Journey, runJourney } from './run-journey.ts';

const judge = awsEventRuler();
const given = process.env.SEED;
const seeds =
  given === undefined
    ? Array.from({ length: 2 }, () => Math.floor(Math.random() * 2 ** 31))
    : [Number(given)];

test.each(seeds.slice(0, 1))(
  'without faults every viewer has exactly its events, 95 % by push (SEED=%i)',
  async (seed) => {
    const journey = await journeyOf(seed, false);
    expect(journey.broken).toEqual([]);
    expect(journey.pushShare).toBeGreaterThanOrEqual(0.95);
  },
  120_000,
);

test.each(seeds)(
  'under faults and kill -9 every viewer has exactly its events, once (SEED=%i)',
  async (seed) => {
    const journey = await journeyOf(seed, true);
    expect(journey.broken).toEqual([]);
    expect(journey.reconnects).toBeGreaterThan(0);
    expect(journey.pushShare).toBeLessThan(0.95);
  },
  180_000,
);

async function journeyOf(seed: number, faults: boolean): Promise<Journey> {
  const journey = await runJourney({ seed, faults, judge: judge ?? reference });
  const { events, deliveries, viewers, reconnects, retries, tookMs, lateMs } = journey;
  const judged = judge ? 'event-ruler' : 'the reference (no Java here)';
  process.stdout.write(
    `seed ${seed}, judged by ${judged}: ${events} events, ${deliveries} handed over to ${viewers} viewers in ${Math.round(tookMs / 1000)} s, ` +
      `${percent([journey])} by push, ${reconnects} reconnects, ${retries} retries; missed pushes after ${lateLine(lateMs)}\n`,
  );
  return journey;
}
