/** Counts: is everything that was accepted where it should be? And times: how long does an event take? */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Accounts, verdictOf } from '../../src/domain/accounts.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, DEFAULT_URL, findAccess } from '../access.ts';
import { askHome } from '../ask.ts';
import { books } from '../books.ts';
import { busOf } from '../bus-sender.ts';
import { type Command, readArgs, readNumber, UsageError } from '../command.ts';
import { isGood, latencyReport } from '../latency/latency-report.ts';
import { measureLatency } from '../latency/measure-latency.ts';
import { PROBE_ACTION } from '../latency/probe-event.ts';
import { progressBar } from '../progress-bar.ts';
import { doorOf, type Sender } from '../sender.ts';
import { painter } from '../terminal.ts';

const CANNOT_LOOK = 3;
const EXIT_CODES = { accounted: 0, lost: 1, unknown: CANNOT_LOOK } as const;

const OPTIONS = {
  ...ACCESS_OPTIONS,
  data: { type: 'string' },
  json: { type: 'boolean' },
  latency: { type: 'string' },
  key: { type: 'string' },
  bus: { type: 'string' },
  clients: { type: 'string' },
  events: { type: 'string' },
  rate: { type: 'string' },
} as const;
type Given = ReturnType<typeof readArgs<typeof OPTIONS>>;

export const doctor: Command = {
  summary: 'check that nothing is lost, and how long events take',
  help: `audit-stream doctor [options]

Counts for each hop in = out + waiting + dead, and names what is unaccounted for.
Exit code 0: all is accounted for. 1: something is not. 3: it could not look, or a figure is unknown.

  --data DIR             look into the data folder of a home that is stopped
${ACCESS_HELP}
  --json                 the figures as JSON

audit-stream doctor --latency [MS] [options]

Sends marked events (action ${PROBE_ACTION}, severity low; they stay in the trail like any other) to clients
of its own and prints how long each hop takes. Checks that every client got every event exactly once.
Exit code 0: so it is, and p95 of the whole way is within MS. 1: not so. 3: it could not look.

  --clients N            viewers, each with a connection of its own (default 100)
  --events N             marked events (default 50)
  --rate N               events a second (default 5)
  --key KEY              a producer's bearer key, where the home asks for one; or AUDIT_STREAM_KEY
  --bus NAME             a deployment: put the events on this EventBridge bus, with your AWS credentials

Examples
  audit-stream doctor
  audit-stream doctor --data ./data
  audit-stream doctor --latency 100
  audit-stream doctor --latency 100 --url wss://… --token-command './token' --bus NAME`,

  async run(args) {
    const given = readArgs(withLatency(args), OPTIONS);
    try {
      return given.latency === undefined ? await count(given) : await time(given, given.latency);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      console.error(`audit-stream doctor cannot look: ${(error as Error).message}`);
      return CANNOT_LOOK;
    }
  },
};

/** `--latency` without a bound measures and judges no time. */
function withLatency(args: readonly string[]): readonly string[] {
  return args.map((arg, i) =>
    arg === '--latency' && (args[i + 1] ?? '--').startsWith('--') ? '--latency=' : arg,
  );
}

async function count(given: Given): Promise<number> {
  const accounts =
    given.data === undefined
      ? ((await askHome(given, ['operator', 'auditor'], 'accounts')) as Accounts)
      : await ofStopped(given.data);
  console.log(given.json ? JSON.stringify(accounts) : books(accounts, painter(process.stdout, process.env)));
  return EXIT_CODES[verdictOf(accounts).kind];
}

async function ofStopped(dataDir: string): Promise<Accounts> {
  if (!existsSync(join(dataDir, 'audit-stream.db')))
    throw new Error(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
  const store = openStore({ dataDir });
  try {
    return await store.accounts();
  } finally {
    await store.close();
  }
}

async function time(given: Given, bound: string): Promise<number> {
  const boundMs = bound === '' ? undefined : readNumber(bound, 'latency', 0, 600_000);
  const clients = readNumber(given.clients ?? '100', 'clients', 1, 1_000);
  const events = readNumber(given.events ?? '50', 'events', 2, 10_000);
  const perSecond = readNumber(given.rate ?? '5', 'rate', 0.1, 1_000);
  const access = await findAccess(given, ['viewer']);
  const sender = await senderOf(given);
  const bars = {
    clients: progressBar(clients, 'clients connected'),
    deliveries: progressBar(clients * events, 'deliveries'),
  };
  const report = await measureLatency({
    access: { ...access, getToken: onceAMinute(access.getToken) },
    sender,
    clients,
    events,
    perSecond,
    onProgress: (step, done) => bars[step].to(done),
  }).finally(() => bars.deliveries.end());
  const isWell = isGood(report, boundMs);
  console.log(
    given.json
      ? JSON.stringify({ ...report, boundMs, isGood: isWell })
      : latencyReport(report, boundMs, painter(process.stdout, process.env)),
  );
  return isWell ? 0 : 1;
}

async function senderOf(given: Given): Promise<Sender> {
  if (given.bus !== undefined) return busOf(given.bus);
  const url = given.url ?? DEFAULT_URL;
  return doorOf(url, given.key ?? process.env.AUDIT_STREAM_KEY);
}

/** A hundred clients need no hundred runs of a token command. */
function onceAMinute(getToken: () => Promise<string>): () => Promise<string> {
  let kept: { readonly token: Promise<string>; readonly untilMs: number } | undefined;
  return () => {
    if (kept === undefined || Date.now() > kept.untilMs)
      kept = { token: getToken(), untilMs: Date.now() + 60_000 };
    const { token } = kept;
    token.catch(() => {
      if (kept?.token === token) kept = undefined;
    });
    return token;
  };
}
