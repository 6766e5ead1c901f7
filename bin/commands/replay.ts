/** Brings archived events back: to the trail, or to the one destination that is named. */
import { verdictOf } from '../../src/domain/accounts.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import type { Store } from '../../src/local/store/open-store.ts';
import { logToStderr } from '../../src/stream/log.ts';
import { makeRecord } from '../../src/stream/record.ts';
import type { Replay } from '../../src/stream/replays.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, findAccess } from '../access.ts';
import { type Command, readArgs, readNumber, readTimeMs, UsageError } from '../command.ts';
import { readFilter } from '../read-filter.ts';
import { awsDeps } from '../replay/aws-deps.ts';
import { archiveOfRunning, archiveOfStopped, type HomeArchive } from '../replay/home-archive.ts';
import { nameOf, redatedNote, spanOf } from '../replay/in-words.ts';
import { replayAtAws } from '../replay/replay-at-aws.ts';
import { countAtHome, putBackAtHome, type ReplayPlan } from '../replay/replay-at-home.ts';
import { STOPPED, stopAtSignal } from '../stop-at-signal.ts';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  from: { type: 'string' },
  to: { type: 'string' },
  sink: { type: 'string' },
  filter: { type: 'string' },
  execute: { type: 'boolean' },
  rate: { type: 'string' },
  resume: { type: 'string' },
  data: { type: 'string' },
  config: { type: 'string' },
  bus: { type: 'string' },
  archive: { type: 'string' },
  status: { type: 'string' },
  cancel: { type: 'string' },
} as const;
type Given = ReturnType<typeof readArgs<typeof OPTIONS>>;
type Option = keyof typeof OPTIONS;

export const replay: Command = {
  summary: 'bring archived events back',
  help: `audit-stream replay --from TIME [--to TIME] [--sink NAME] [--filter PATTERN] [--execute]

Brings events back from the archive: to the trail, which takes what it has lost and leaves the rest, or with
--sink to that one destination. No other destination gets anything. Ids stay. Without --execute it only says
what it would do.

  --from TIME            2026-11-01T12:00:00Z, or a span back such as 2h
  --to TIME              default now
  --sink NAME            a destination, by its name
  --filter PATTERN       an event pattern over the audit event, as JSON
  --execute              do it

A home on one machine, running (role operator) or stopped:
${ACCESS_HELP}
  --data DIR             the data folder of a home that is stopped
  --config FILE          its configuration, for --sink
  --rate N               events a second (default 500)
  --resume NAME          go on with a replay that was stopped, from where it was

A deployment, with your AWS credentials:
  --bus NAME             its EventBridge bus; EventBridge replays, in no order, at its own rate
  --archive NAME         which archive, where the bus has several
  --status NAME          how far a replay is
  --cancel NAME          stop it

Examples
  audit-stream replay --from 2h --execute
  audit-stream replay --from 2026-11-01T12:00:00Z --to 2026-11-01T14:00:00Z --sink datadog --execute
  audit-stream replay --bus NAME --from 2d --to 1d --sink search --filter '{"severity": ["high"]}' --execute`,

  async run(args) {
    const given = readArgs(args, OPTIONS);
    if (given.bus !== undefined) return atAws(given, given.bus);
    refuse(given, ['archive', 'status', 'cancel'], 'goes with --bus');
    if (given.data === undefined) refuse(given, ['config'], 'goes with --data');
    return given.resume === undefined ? anew(given) : goOn(given, given.resume);
  },
};

async function atAws(given: Given, busName: string): Promise<number> {
  const home = ['url', 'tenant', 'token-command', 'data', 'config', 'rate', 'resume'] as const;
  refuse(given, home, 'is for a home on one machine, --bus for a deployment');
  const { status, cancel } = given;
  if (status !== undefined || cancel !== undefined) {
    refuse(
      given,
      ['from', 'to', 'sink', 'filter', 'execute', 'archive'],
      'does not go with --status or --cancel',
    );
    if (status !== undefined) refuse(given, ['cancel'], 'does not go with --status');
    const kind = status !== undefined ? 'status' : 'cancel';
    return replayAtAws(
      busName,
      { kind, name: status ?? cancel ?? '' },
      await awsDeps(busName, stopAtSignal()),
    );
  }
  const asked = {
    kind: 'replay',
    plan: readPlan(given),
    execute: given.execute === true,
    ...(given.archive !== undefined && { archive: given.archive }),
  } as const;
  return replayAtAws(busName, asked, await awsDeps(busName, stopAtSignal()));
}

async function anew(given: Given): Promise<number> {
  const plan = readPlan(given);
  const perSecond = readRate(given);
  const signal = stopAtSignal();
  return withArchive(given, async (archive) => {
    const counted = await countAtHome(archive, plan, { signal });
    if (signal.aborted) return STOPPED;
    const events = `${counted.matched.toLocaleString('en')} events`;
    const whereto = nameOf(plan.sink);
    const note = redatedNote(plan, counted.redatesAfterMs, Date.now());
    if (!given.execute) {
      console.log(`${events} ${spanOf(plan)} would be put back for ${whereto}, and for nobody else.`);
      if (note) console.log(note);
      console.log('Nothing was done: --execute does it.');
      return 0;
    }
    if (note) console.log(note);
    const begun = await archive.ask({ step: 'begin', ...plan });
    return putBack(given, archive, begun, { perSecond, signal, total: counted.matched });
  });
}

async function goOn(given: Given, name: string): Promise<number> {
  refuse(given, ['from', 'to', 'sink', 'filter', 'execute'], 'does not go with --resume');
  const perSecond = readRate(given);
  const signal = stopAtSignal();
  return withArchive(given, async (archive) => {
    const begun = await archive.ask({ step: 'go-on', name, limit: 1 });
    const { route: sink, fromMs, toMs, filter, after } = begun;
    const plan = { sink, fromMs, toMs, ...(filter && { filter }) };
    const rest = begun.isDone ? { matched: 0 } : await countAtHome(archive, plan, { signal, after });
    return putBack(given, archive, begun, { perSecond, signal, total: begun.putBack + rest.matched });
  });
}

async function putBack(
  given: Given,
  archive: HomeArchive & { readonly store?: Store },
  begun: Replay,
  pace: { readonly perSecond: number; readonly signal: AbortSignal; readonly total: number },
): Promise<number> {
  const ended = await putBackAtHome(archive, begun, pace);
  const { name, route, putBack } = ended.replay;
  const done = `${putBack.toLocaleString('en')} events put back for ${nameOf(route)}`;
  if (ended.kind === 'stopped') {
    if (ended.error) console.error(`audit-stream replay: ${ended.error.message}`);
    console.error(
      `${done}, of ${pace.total.toLocaleString('en')}. Go on with: audit-stream replay --resume ${name}${sameHome(given)}`,
    );
    return ended.error ? 1 : STOPPED;
  }
  if (archive.store === undefined) console.log(`${done}: replay ${name}.`);
  else if (route !== TOPOLOGY.record.name) console.log(`${done}: it gets them once the home runs.`);
  else return recordHere(archive.store, done);
  return 0;
}

/** What a running home does: works off the queue of the trail. */
async function recordHere(store: Store, done: string): Promise<number> {
  const { name } = TOPOLOGY.record;
  const consumption = store.consume(name, makeRecord({ trail: store.trail, log: logToStderr }));
  const waiting = async () =>
    ((await store.accounts()).hops.find((hop) => hop.name === `bus → ${name}`)?.waiting ?? 0) > 0;
  while (await waiting()) await new Promise((resolve) => setTimeout(resolve, 50));
  await consumption.stop();
  const verdict = verdictOf(await store.accounts());
  const rest =
    verdict.kind === 'lost' ? `${verdict.count} are still unaccounted for` : 'all are accounted for';
  console.log(`${done}; ${rest}.`);
  return verdict.kind === 'lost' ? 1 : 0;
}

async function withArchive(
  given: Given,
  work: (archive: HomeArchive & { readonly store?: Store }) => Promise<number>,
): Promise<number> {
  const archive =
    given.data === undefined
      ? archiveOfRunning(await findAccess(wholeHome(given), ['operator']))
      : archiveOfStopped(given.data, given.config);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}

/** The system's own tenant replays what is any tenant's; a token's tenant is whatever it says. */
function wholeHome(given: Given): Given {
  const isDevelopment = given['token-command'] === undefined;
  return given.tenant === undefined && isDevelopment ? { ...given, tenant: SYSTEM_TENANT } : given;
}

function readPlan(given: Given): ReplayPlan {
  if (given.from === undefined) throw new UsageError('--from is missing');
  const nowMs = Date.now();
  const fromMs = readTimeMs(given.from, 'from', nowMs);
  const toMs = readTimeMs(given.to ?? 'now', 'to', nowMs);
  if (toMs <= fromMs) throw new UsageError('--to must be later than --from');
  return {
    fromMs,
    toMs,
    ...(given.sink !== undefined && { sink: given.sink }),
    ...(given.filter !== undefined && { filter: readFilter(given.filter) }),
  };
}

function readRate({ rate = '500' }: Given): number {
  return readNumber(rate, 'rate', 1, 10_000);
}

function refuse(given: Given, options: readonly Option[], why: string): void {
  const wrong = options.find((option) => given[option] !== undefined);
  if (wrong !== undefined) throw new UsageError(`--${wrong} ${why}`);
}

/** What a command needs to reach the same home again, as it was given. */
function sameHome(given: Given): string {
  return (['url', 'tenant', 'token-command', 'data', 'config'] as const)
    .map((option) => (given[option] === undefined ? '' : ` --${option} ${quoted(given[option])}`))
    .join('');
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
