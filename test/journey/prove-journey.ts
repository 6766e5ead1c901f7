/** Many random journeys, one line each that went wrong, and a summary: what `npm run prove -- journey` does. */
import { parseArgs } from 'node:util';
import { type Journey, runJourney } from './run-journey.ts';
import { runSeeds } from './run-seeds.ts';

export async function proveJourney(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '10' },
      first: { type: 'string' },
      parallel: { type: 'string', default: '2' },
      calm: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.seeds);
  const first = Number(values.first ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${count} journeys from seed ${first} ${values.calm ? 'without faults' : 'under faults'}`);
  const { trials, failed, tookMs } = await runSeeds({
    count,
    first,
    parallel: Number(values.parallel),
    again: 'test/journey/journey',
    run: (seed) => runJourney({ seed, faults: !values.calm }),
  });
  summary(trials);
  return failed.length === 0 && trials.length === count;

  function summary(journeys: readonly Journey[]): void {
    const sum = (figure: (journey: Journey) => number): number =>
      journeys.reduce((n, each) => n + figure(each), 0);
    const late = journeys.flatMap(({ lateMs }) => lateMs).sort((a, b) => a - b);
    console.log(
      [
        '',
        `${journeys.length} journeys in ${Math.round(tookMs / 1000)} s, seeds ${first} to ${first + count - 1}`,
        `events ${sum((j) => j.events)}, handed over ${sum((j) => j.deliveries)}, by push ${percent(journeys)}`,
        `server killed ${sum((j) => j.kills)} times, viewers reconnected ${sum((j) => j.reconnects)} times`,
        `producers sent again ${sum((j) => j.retries)} times in doubt, ${sum((j) => j.repeats)} times for nothing`,
        `what the push missed came after ${lateLine(late)} (accept to hand-over)`,
        failed.length === 0 ? 'all as promised' : `FAILED: ${failed.join(' ')}`,
      ].join('\n'),
    );
  }
}

export function percent(journeys: readonly Journey[]): string {
  const share = journeys.reduce((n, { pushShare }) => n + pushShare, 0) / Math.max(1, journeys.length);
  return `${(100 * share).toFixed(1)} %`;
}

/** `ascending` in ms. */
export function lateLine(ascending: readonly number[]): string {
  const at = (share: number): string =>
    `${((ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0) / 1000).toFixed(1)} s`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, at most ${at(1)}`;
}
