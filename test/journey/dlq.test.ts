/** A tenth of `npm run prove -- dlq`, with a fresh seed each time. */
import { expect, test } from '@jest/globals';
import { runDlq } from './prove-dlq.ts';

test('a replay of dead letters that is killed half way loses nothing, at home and over SQS', async () => {
  const said: string[] = [];
  const isProven = await runDlq({ letters: 1_000, seed: Date.now() % 2 ** 32 }, (line) => said.push(line));
  console.log(said.join('\n'));
  expect({ isProven, said }).toMatchObject({ isProven: true });
}, 240_000);
