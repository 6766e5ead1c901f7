/** Dead letters of two destinations, replayed by the command while it or the whole home is killed: who got what, how often. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditStreamClient } from '../../../src/client/audit-stream-client.ts';
import { type Accounts, verdictOf } from '../../../src/domain/accounts.ts';
import type { LetterGroup } from '../../../src/domain/dead-letters/groups.ts';
import { start } from '../../bin/run-cli.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aVendor, type Taken } from '../../sink/a-vendor.ts';
import type { Random } from '../random.ts';
import { type ServerProcess, startServer } from '../server-process.ts';

export interface ReplayFigures {
  readonly letters: number;
  /** As grouped before the replay. */
  readonly reasons: readonly string[];
  readonly deliveredBeforeKill: number;
  readonly lost: number;
  /** Deliveries beyond the first of a letter. */
  readonly twice: number;
  readonly stillDead: number;
  readonly progressLines: number;
  readonly isAccounted: boolean;
}

const SINKS = ['datadog', 'webhook'] as const;
type SinkName = (typeof SINKS)[number];
const PATIENCE_MS = 240_000;

/** Half of the letters for each destination. */
export async function replayAtHome(
  letters: number,
  killed: 'command' | 'home',
  random: Random,
): Promise<ReplayFigures> {
  const half = Math.floor(letters / SINKS.length);
  const vendors = await twoVendors(random);
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-prove-dlq-'));
  const home = await startHome(folder, vendors.urls);
  try {
    for (let from = 0; from < half; from += POST) await post(home, from, Math.min(half, from + POST));
    await until(async () => countOf(await groups(home)) === half * SINKS.length, PATIENCE_MS);
    const reasons = [
      ...new Set((await groups(home)).map(({ queue, reason }) => `${queue} ${reason}`)),
    ].sort();
    vendors.mend();

    const first = startReplay(home);
    await until(() => vendors.delivered() >= letters / 2, PATIENCE_MS);
    const deliveredBeforeKill = vendors.delivered();
    if (killed === 'command') first.process.kill('SIGKILL');
    else {
      await home.kill();
      await home.start();
    }
    await first.ended;
    const again = await startReplay(home).ended;
    await until(() => vendors.distinct() === half * SINKS.length, PATIENCE_MS);
    const accounts = await untilSettled(home);

    return {
      letters: half * SINKS.length,
      reasons,
      deliveredBeforeKill,
      lost: half * SINKS.length - vendors.distinct(),
      twice: vendors.delivered() - vendors.distinct(),
      stillDead: countOf(await groups(home)),
      progressLines: (first.err() + again.err).match(/ of [\d,]+ letters replayed/g)?.length ?? 0,
      isAccounted: verdictOf(accounts).kind === 'accounted',
    };
  } finally {
    await home.dispose();
    await vendors.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** They refuse everything for some reason of theirs, until they are mended. */
async function twoVendors(random: Random) {
  const taken = new Map<string, number>();
  let isMended = false;
  const reply = (sink: SinkName) => (request: Taken) => {
    if (!isMended) return { status: [400, 413, 422][Math.floor(random() * 3)] ?? 400 };
    // The answer is asked for before the body as well.
    if (request.body !== '')
      for (const id of idsIn(sink, request))
        taken.set(`${sink} ${id}`, (taken.get(`${sink} ${id}`) ?? 0) + 1);
    return { status: sink === 'datadog' ? 202 : 204 };
  };
  const [datadog, webhook] = await Promise.all(SINKS.map((sink) => aVendor(reply(sink))));
  return {
    urls: { datadog: datadog?.url ?? '', webhook: webhook?.url ?? '' },
    mend: () => {
      isMended = true;
    },
    distinct: () => taken.size,
    delivered: () => [...taken.values()].reduce((sum, count) => sum + count, 0),
    close: async () => {
      await datadog?.close();
      await webhook?.close();
    },
  };
}

function idsIn(sink: SinkName, { body, headers }: Taken): readonly string[] {
  if (sink === 'webhook') return [String(headers['webhook-id'])];
  return (JSON.parse(body) as { readonly evt: { readonly id: string } }[]).map(({ evt }) => evt.id);
}

function startHome(folder: string, urls: Readonly<Record<SinkName, string>>): Promise<ServerProcess> {
  const config = join(folder, 'config.json');
  // Not what people do to the system itself, which is on the bus as well.
  const filter = { tenantId: ['acme'] };
  const destinations = {
    datadog: { url: urls.datadog, apiKey: { env: 'PROVE_KEY' }, filter },
    webhook: { url: urls.webhook, secret: { env: 'PROVE_SECRET' }, allowPrivateAddresses: true, filter },
  };
  writeFileSync(config, JSON.stringify({ destinations }));
  return startServer({
    args: ['--config', config],
    env: { PROVE_KEY: 'key', PROVE_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
  });
}

const POST = 500;

async function post({ url }: ServerProcess, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, i) => anAuditEvent({ id: `e-${from + i}` }));
  const answer = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  if (!answer.ok) throw new Error(`the door answered ${answer.status}`);
}

function startReplay({ url }: ServerProcess) {
  return start(['dlq', 'replay', '--execute', '--rate', '1000', '--url', url]);
}

const countOf = (found: readonly LetterGroup[]) => found.reduce((sum, { count }) => sum + count, 0);

async function groups(home: ServerProcess): Promise<readonly LetterGroup[]> {
  return ((await ask(home, 'dead-letters')) as { readonly groups: readonly LetterGroup[] }).groups;
}

async function untilSettled(home: ServerProcess): Promise<Accounts> {
  let accounts: Accounts | undefined;
  await until(async () => {
    accounts = (await ask(home, 'accounts')) as Accounts;
    return accounts.hops.every(({ waiting }) => waiting === 0);
  }, PATIENCE_MS);
  return accounts as Accounts;
}

async function ask(home: ServerProcess, what: 'accounts' | 'dead-letters'): Promise<unknown> {
  const getToken = () => home.token('audit-stream', ['operator']);
  const client = new AuditStreamClient({ url: home.streamUrl, getToken });
  client.connect();
  try {
    return await client.act(what);
  } finally {
    client.close();
  }
}
