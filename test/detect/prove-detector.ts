/** What `npm run prove -- detector` does. */
import { parseArgs } from 'node:util';
import { progressBar } from '../../bin/progress-bar.ts';
import { compareWithReference } from './compare-with-reference.ts';

export async function proveDetector(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' } },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${runs.toLocaleString('en')} random streams through detectors that crash, seed ${seed}`);
  const bar = progressBar(runs, 'streams', { paced: true });
  try {
    const { events, alerts, notices, repeats, incidents } = await compareWithReference(runs, seed, bar.to);
    bar.end();
    const { died, failed, conflict } = incidents;
    console.log(
      `the same alerts as the reference: ${events.toLocaleString('en')} events; processes died ${died} times, ` +
        `${failed} calls failed, ${conflict} writes met another; ${notices} notices, ${repeats} of them twice`,
    );
    for (const [name, count] of Object.entries(alerts).sort()) console.log(`  ${name}: ${count}`);
    return true;
  } catch (error) {
    bar.end();
    const { message, cause } = error as Error;
    console.log(`${cause instanceof Error ? `${cause.message}\n` : ''}${message}`);
    return false;
  }
}
