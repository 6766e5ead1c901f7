/** What `npm run prove -- deliveries` does. */
import { parseArgs } from 'node:util';
import { progressBar } from '../../../bin/progress-bar.ts';
import { deliverAll } from './deliver-all.ts';

export async function proveDeliveries(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { events: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const events = Number(values.events);
  const seed = Number(values.seed ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${events.toLocaleString('en')} events to a vendor that fails 30 % of its calls, seed ${seed}`);
  const bar = progressBar(events, 'delivered or dead');
  const beganMs = Date.now();
  const tally = await deliverAll({ events, seed, onProgress: bar.to, giveUpMs: 30 * 60_000 });
  bar.end();
  const dead = Object.entries(tally.dead).map(([reason, count]) => `${count} ${reason}`);
  console.log(
    `${tally.delivered} delivered, ${dead.join(', ') || 'none'} dead; ${tally.calls} calls, ${tally.failedCalls} failed; ` +
      `${tally.again} came again after a lost answer; ${Math.round((Date.now() - beganMs) / 1_000)} s`,
  );
  for (const line of tally.broken) console.log(`broken: ${line}`);
  return tally.broken.length === 0;
}
