/** Many random journeys, one line each that went wrong, and a summary: what `npm run prove -- journey` does. */
import { parseArgs } from 'node:util';
import { type Journey, runJourney } from './run-journey.ts';

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
  const startedAtMs = Date.now();
  const journeys: Journey[] = [];
  const failed: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const seed = first + next++;
      try {
        const journey = await runJourney({ seed, faults: !values.calm });
        journeys.push(journey);
        if (journey.broken.length > 0) fail(seed, journey.broken);
      } catch (error) {
        fail(seed, [(error as Error).message]);
      }
      progress();
    }
  };
  console.log(`${count} journeys from seed ${first} ${values.calm ? 'without faults' : 'under faults'}`);
  await Promise.all(Array.from({ length: Number(values.parallel) }, lane));
  summary();
  return failed.length === 0 && journeys.length === count;

  function fail(seed: number, broken: readonly string[]): void {
    failed.push(String(seed));
    console.log(
      `\nseed ${seed}: ${broken.slice(0, 5).join('\n  ')}\n  again: SEED=${seed} npm test -- test/journey/journey`,
    );
  }

  function progress(): void {
    const done = journeys.length + failed.length;
    const leftMs = ((Date.now() - startedAtMs) / Math.max(1, done)) * (count - done);
    const line = `${done}/${count} done, ${failed.length} failed, about ${Math.ceil(leftMs / 1000)} s left`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line} `);
    else if (done % 10 === 0 || done === count) console.log(line);
  }

  function summary(): void {
    const sum = (figure: (journey: Journey) => number): number =>
      journeys.reduce((n, each) => n + figure(each), 0);
    const late = journeys.flatMap(({ lateMs }) => lateMs).sort((a, b) => a - b);
    console.log(
      [
        '',
        `${journeys.length} journeys in ${Math.round((Date.now() - startedAtMs) / 1000)} s, seeds ${first} to ${first + count - 1}`,
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
