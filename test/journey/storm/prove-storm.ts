/** What `npm run prove -- storm` does. */
import { parseArgs } from 'node:util';
import { runStorm } from './run-storm.ts';

export async function proveStorm(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '100000' },
      groups: { type: 'string', default: '500' },
      seed: { type: 'string' },
    },
  });
  const [events, groups] = [Number(values.events), Number(values.groups)];
  const seed = Number(values.seed ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${events.toLocaleString('en')} events of ${groups} groups within a minute, seed ${seed}`);
  let saidMs = 0;
  const { broken, ...end } = await runStorm({
    events,
    groups,
    seed,
    onProgress(words) {
      if (Date.now() - saidMs < 5_000) return;
      saidMs = Date.now();
      console.log(`  ${words}`);
    },
  });
  console.log(JSON.stringify(end));
  for (const line of broken) console.log(`broken: ${line}`);
  return broken.length === 0;
}
