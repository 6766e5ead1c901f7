/** Proof that a replay of dead letters can be killed anywhere: at home by its command and by the home, and over SQS. */
import { parseArgs } from 'node:util';
import { SINKS } from '../../src/sink/registry.ts';
import { type ReplayFigures, replayAtHome } from './dlq/replay-at-home.ts';
import { replayOverSqs } from './dlq/replay-over-sqs.ts';
import { seededRandom } from './random.ts';

export async function proveDlq(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      letters: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    },
  });
  const isProven = await runDlq({ letters: Number(values.letters), seed: Number(values.seed) });
  console.log(isProven ? 'it holds' : 'it does NOT hold');
  return isProven;
}

/** Says each part's figures as it ends; true when nothing is lost and nothing came twice beyond what a kill allows. */
export async function runDlq(
  { letters, seed }: { readonly letters: number; readonly seed: number },
  say: (line: string) => void = console.log,
): Promise<boolean> {
  say(`seed ${seed}`);
  const random = seededRandom(seed);
  const results: boolean[] = [];
  for (const killed of ['command', 'home'] as const) {
    const beganMs = Date.now();
    const figures = await replayAtHome(letters, killed, random);
    say(`at home, the ${killed} killed: ${JSON.stringify(figures)} in ${seconds(beganMs)} s`);
    results.push(isGoodAtHome(figures, killed));
  }
  const beganMs = Date.now();
  const figures = await replayOverSqs(letters);
  if ('missing' in figures) {
    say(`left out: the replay over SQS (${figures.missing})`);
    return results.every(Boolean);
  }
  say(`over SQS, the process killed: ${JSON.stringify(figures)} in ${seconds(beganMs)} s`);
  const isGood =
    figures.lost === 0 &&
    figures.stillDead === 0 &&
    // The first kill is between the two: its batch must be there twice, or the kill was none.
    figures.twice >= BATCH &&
    figures.twice <= BATCH * figures.kills &&
    figures.runsAfter > 0;
  return [...results, isGood].every(Boolean);
}

/** A home that dies has a batch of each destination in hand, which its queue hands out again. */
function isGoodAtHome(figures: ReplayFigures, killed: 'command' | 'home'): boolean {
  const { letters, lost, twice, stillDead, deliveredBeforeKill, progressLines, isAccounted, reasons } =
    figures;
  return (
    lost === 0 &&
    stillDead === 0 &&
    isAccounted &&
    twice <= (killed === 'home' ? MOST_IN_HAND : 0) &&
    deliveredBeforeKill < letters &&
    progressLines > 0 &&
    reasons.length >= 4
  );
}

const BATCH = 10;
/** One batch of each of the two destinations. */
const MOST_IN_HAND = SINKS.datadog.batch.size + SINKS.webhook.batch.size;
const seconds = (sinceMs: number) => ((Date.now() - sinceMs) / 1_000).toFixed(1);
