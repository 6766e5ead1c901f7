/** The AWS adapters on a bad day of DynamoDB. `npm run prove -- chaos --seeds 100` is the full count. */
import { expect, test } from '@jest/globals';
import { dynamoUrl, withDynamoDb } from '../aws/dynamo/a-table.ts';
import { summaryOf } from './prove-chaos.ts';
import { type Chaos, runChaos } from './run-chaos.ts';

const given = process.env.SEED;
const first = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
/** In one process, so that the machine's two cores are enough. */
const seeds = given === undefined ? Array.from({ length: 10 }, (_, i) => first + i) : [first];

withDynamoDb(() => {
  test(`every viewer has exactly its events while a tenth of all calls fails (SEED=${first} and on)`, async () => {
    const trials: Chaos[] = [];
    for (let i = 0; i < seeds.length; i += 5)
      trials.push(
        ...(await Promise.all(
          seeds.slice(i, i + 5).map((seed) => runChaos({ seed, dynamo: { url: dynamoUrl() } })),
        )),
      );
    process.stdout.write(`${summaryOf(trials)}\n`);
    for (const { seed, broken } of trials) expect({ seed, broken }).toEqual({ seed, broken: [] });
    expect(trials.some(({ lateMs }) => lateMs.length > 0)).toBe(true);
  }, 240_000);
});
