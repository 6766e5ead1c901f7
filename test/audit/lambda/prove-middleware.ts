/** The middleware in many Lambda environments that go wrong: what `npm run prove -- middleware` does. */
import { parseArgs } from 'node:util';
import { seededRandom } from '../../journey/random.ts';
import { lambdaRie } from '../../services/lambda/rie.ts';
import { type Lived, liveThrough } from './live-through.ts';
import { SCENARIOS } from './scenarios.ts';
import { aLambda } from './scene.ts';

export async function proveMiddleware(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '500' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
      client: { type: 'string' },
    },
  });
  const part = lambdaRie();
  if ('missing' in part) throw new Error(`Lambda's emulator is needed: ${part.missing}`);
  const runs = Number(values.runs);
  const seed = Number(values.seed ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chosen = Object.entries(SCENARIOS).filter(([name]) => name.includes(values.only));
  console.log(`${chosen.length} scenarios, ${runs} runs of each, seed ${seed}`);
  const lambda = aLambda(part.binary, values.client);
  const failed: string[] = [];
  console.log(HEAD);
  try {
    for (const [name, scenario] of chosen) {
      const lived = await liveThrough(lambda, scenario, runs, seededRandom(seed));
      console.log(rowOf(name, lived));
      for (const broken of lived.broken) console.log(`  BROKEN: ${broken}`);
      if (lived.broken.length > 0) failed.push(name);
    }
  } finally {
    lambda.remove();
  }
  console.log(failed.length === 0 ? 'all as promised' : `FAILED: ${failed.join('; ')}`);
  return failed.length === 0 && chosen.length > 0;
}

const COLUMNS = [
  'what happens',
  'requests',
  'answered',
  'starts, registered',
  'frozen',
  'records on the bus',
  'in the journal',
  'twice',
  'answered, not recorded',
  'sent after the response, ms: least, p50, p99',
  'of this alone',
];
const HEAD = `| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`;

function rowOf(name: string, { outcome }: Lived): string {
  const ms = [...outcome.leadsMs].sort((a, b) => a - b);
  const at = (share: number) => ms[Math.floor(share * (ms.length - 1))]?.toFixed(2) ?? 'none';
  const counts = Object.entries(outcome.counts).map(([what, count]) => `${count} ${what}`);
  return `| ${[
    name,
    outcome.requests,
    outcome.answered,
    `${outcome.starts}, ${outcome.registered}`,
    outcome.freezes,
    outcome.onBus,
    outcome.inJournal,
    outcome.twice,
    outcome.lost,
    `${at(0)}, ${at(0.5)}, ${at(0.99)}`,
    counts.join(', '),
  ].join(' | ')} |`;
}
