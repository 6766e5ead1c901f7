/** Brings archived events back onto the bus, of a home that is stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verdictOf } from '../../src/domain/accounts.ts';
import { openStore, type Store } from '../../src/local/store/open-store.ts';
import { logToStderr } from '../../src/stream/log.ts';
import { makeRecord } from '../../src/stream/record.ts';
import { type Command, readArgs, readTimeMs, UsageError } from '../command.ts';
import { progressBar } from '../progress-bar.ts';

export const replay: Command = {
  summary: 'bring archived events back onto the bus',
  help: `audit-stream replay --from TIME [--to TIME] [--data DIR]

Puts what the bus accepted in that time on the queues again. Duplicates are harmless: what the trail
has already is left as it is, what it has lost comes back. Stop the home first.

  --from TIME   2026-11-01T12:00:00Z, or a span back such as 2h
  --to TIME     default now
  --data DIR    the data folder (default ./data)

Example
  audit-stream replay --from 2h`,

  async run(args) {
    const given = readArgs(args, {
      from: { type: 'string' },
      to: { type: 'string' },
      data: { type: 'string' },
    });
    if (given.from === undefined) throw new UsageError('--from is missing');
    const dataDir = given.data ?? './data';
    if (!existsSync(join(dataDir, 'audit-stream.db')))
      throw new UsageError(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
    const nowMs = Date.now();
    const fromMs = readTimeMs(given.from, 'from', nowMs);
    const toMs = readTimeMs(given.to ?? 'now', 'to', nowMs);
    if (toMs <= fromMs) throw new UsageError('--to must be later than --from');

    const store = openStore({ dataDir });
    try {
      let bar: ReturnType<typeof progressBar> | undefined;
      const count = await store.replay({
        fromMs,
        toMs,
        name: `cli-${new Date(nowMs).toISOString()}`,
        onProgress: (done, total) => {
          bar ??= progressBar(total, 'events put back');
          bar.to(done);
        },
      });
      bar?.end();
      await record(store);
      const verdict = verdictOf(await store.accounts());
      console.log(
        `${count.toLocaleString('en')} events put back; ${verdict.kind === 'lost' ? `${verdict.count} are still unaccounted for` : 'all are accounted for'}.`,
      );
      return verdict.kind === 'lost' ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};

/** What a running home does: works off the queue of the trail. */
async function record(store: Store): Promise<void> {
  const consumption = store.consume('record', makeRecord({ trail: store.trail, log: logToStderr }));
  const waiting = async () => (await store.accounts()).hops.some(({ waiting }) => (waiting ?? 0) > 0);
  while (await waiting()) await new Promise((resolve) => setTimeout(resolve, 50));
  await consumption.stop();
}
