/** Many journeys over the AWS adapters on DynamoDB's bad days: what `npm run prove -- chaos` does. */
import { parseArgs } from 'node:util';
import { dynamoDbLocal, startDynamoDbLocal } from '../services/dynamodb/dynamodb-local.ts';
import { lateLine } from './prove-journey.ts';
import { type Chaos, runChaos } from './run-chaos.ts';
import { runSeeds } from './run-seeds.ts';

export async function proveChaos(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '10' },
      first: { type: 'string' },
      parallel: { type: 'string', default: '4' },
    },
  });
  const part = dynamoDbLocal();
  if ('missing' in part) throw new Error(`DynamoDB Local is needed: ${part.missing}`);
  const count = Number(values.seeds);
  const first = Number(values.first ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${count} journeys over the AWS adapters from seed ${first}`);
  const dynamo = await startDynamoDbLocal(part);
  try {
    const { trials, failed, tookMs } = await runSeeds({
      count,
      first,
      parallel: Number(values.parallel),
      again: 'test/journey/chaos',
      run: (seed) => runChaos({ seed, dynamo }),
    });
    console.log(
      `\n${trials.length} journeys in ${Math.round(tookMs / 1000)} s, seeds ${first} to ${first + count - 1}`,
    );
    console.log(summaryOf(trials));
    console.log(failed.length === 0 ? 'all as promised' : `FAILED: ${failed.join(' ')}`);
    return failed.length === 0 && trials.length === count;
  } finally {
    await dynamo.stop();
  }
}

export function summaryOf(trials: readonly Chaos[]): string {
  const sum = (figure: (chaos: Chaos) => number) => trials.reduce((n, each) => n + figure(each), 0);
  const late = trials.flatMap(({ lateMs }) => lateMs).sort((a, b) => a - b);
  const missed =
    (100 * late.length) /
    Math.max(
      1,
      sum(({ deliveries }) => deliveries),
    );
  return [
    `events ${sum(({ events }) => events)}, handed over ${sum(({ deliveries }) => deliveries)}, ${missed.toFixed(1)} % of them by pull`,
    `calls throttled ${sum(({ calls }) => calls.throttled)}, delayed ${sum(({ calls }) => calls.delayed)}, cut ${sum(({ calls }) => calls.cut)}, answers lost ${sum(({ calls }) => calls.lost)}, untouched ${sum(({ calls }) => calls.untouched)}`,
    `viewers reconnected ${sum(({ reconnects }) => reconnects)} times, messages came again ${sum(({ retries }) => retries)} times`,
    `what the push missed came after ${lateLine(late)} (accept to hand-over)`,
  ].join('\n');
}
