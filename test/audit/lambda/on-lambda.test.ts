/** The middleware in a real Lambda environment, as far as one can be had without AWS: see `npm run prove -- middleware`. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../journey/random.ts';
import { lambdaRie } from '../../services/lambda/rie.ts';
import { liveThrough } from './live-through.ts';
import { SCENARIOS } from './scenarios.ts';
import { aLambda, aScene } from './scene.ts';

const part = lambdaRie();
if ('missing' in part) console.log(`Left out: the middleware on Lambda's emulator (${part.missing}).`);
const onLambda = 'missing' in part ? test.skip.each : test.each;
const RUNS = 50;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test('CI has the emulator', () => {
  if (process.env.CI) expect(part).not.toHaveProperty('missing');
});

let lambda: ReturnType<typeof aLambda>;
beforeAll(() => {
  if ('binary' in part) lambda = aLambda(part.binary);
});
afterAll(() => lambda?.remove());

onLambda(Object.entries(SCENARIOS))(
  `each request has its record when %s (SEED=${seed})`,
  async (_name, scenario) => {
    const { broken, outcome } = await liveThrough(lambda, scenario, RUNS, seededRandom(seed));
    expect(broken).toEqual([]);
    expect(outcome.requests).toBeGreaterThanOrEqual(RUNS);
  },
  60_000,
);

const onceOnLambda = 'missing' in part ? test.skip : test;
onceOnLambda(
  'a handler that spins until its time is over leaves what it said before, and no record of its own',
  async () => {
    const scene = await aScene(lambda, { timeoutS: 1, perRequest: 9 });
    try {
      expect(await scene.invoke({ do: 'say nine and spin' })).toMatch(/timed out/);
      await scene.invoke({});
      const { unrecorded, doubled, inJournal, onBus } = scene.tally();
      expect({ unrecorded, doubled, inJournal, onBus }).toEqual({
        unrecorded: 0,
        doubled: 0,
        inJournal: 9,
        onBus: 1,
      });
    } finally {
      await scene.stop();
    }
  },
);
