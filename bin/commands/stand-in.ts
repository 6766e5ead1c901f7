/** Shows what the stand-ins of a local run were sent, and lets them fail. */
import type { StandInFault, StandInRequest, StandInState, StandIns } from '../../src/domain/stand-ins.ts';
import { readStandInFault, STAND_IN_FAULTS } from '../../src/domain/stand-ins.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { ACCESS_HELP, ACCESS_OPTIONS } from '../access.ts';
import { askHome } from '../ask.ts';
import { type Command, readArgs, readNumber, UsageError } from '../command.ts';
import { table } from '../table.ts';
import { type Paint, painter } from '../terminal.ts';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  json: { type: 'boolean' },
  with: { type: 'string' },
  'retry-after': { type: 'string' },
  ms: { type: 'string' },
  share: { type: 'string' },
  calls: { type: 'string' },
} as const;
type Given = ReturnType<typeof readArgs<typeof OPTIONS>>;

export const standIn: Command = {
  summary: 'what destinations of a local run were sent, and let them fail',
  help: `audit-stream stand-in list | show NAME | fail NAME --with FAULT | heal [NAME]

In a local run (serve --demo) every destination has a stand-in that receives its requests as the vendor
would. Role operator.

  list                   each with its fault, and what it was sent
  show NAME              its last requests, oldest first
  fail NAME              lets it fail
  heal [NAME]            lets it, or all of them, work again

  --with FAULT           429, 500, 503: answered as the vendor would
                         timeout: no answer; half-closed: taken, and the connection ends half-way through
                         the answer; slow: taken, late
                         wrong-key: the key is revoked, and another is given out when it is healed
  --retry-after S        with 429: what Retry-After says, in seconds
  --ms N                 with slow: how late (default 2000)
  --share P              only this share of its calls, at random, from 0 to 1
  --calls N              only its next N calls
  --json                 list and show as JSON
${ACCESS_HELP}

Examples
  audit-stream stand-in list
  audit-stream stand-in fail datadog --with 429 --retry-after 30 --share 0.3
  audit-stream stand-in heal`,

  async run([verb = '', ...args]) {
    const run = Object.hasOwn(VERBS, verb) ? VERBS[verb as keyof typeof VERBS] : undefined;
    if (run === undefined) throw new UsageError(`what? There are ${Object.keys(VERBS).join(', ')}`);
    const [first] = args;
    const name = first?.startsWith('-') === false ? first : undefined;
    await run(readArgs(name === undefined ? args : args.slice(1), OPTIONS), name);
    return 0;
  },
};

const VERBS = { list, show, fail, heal } as const;

async function list(given: Given): Promise<void> {
  const { standIns } = await look(given);
  if (given.json) return console.log(JSON.stringify(standIns));
  const rows = standIns.map(({ name, requests, taken, invalid, lastAtMs, fault }) => [
    name,
    String(requests),
    String(taken),
    String(invalid),
    lastAtMs === undefined ? '–' : timeOf(lastAtMs),
    inWords(fault),
  ]);
  const titles = ['stand-in', 'requests', 'taken', 'invalid', 'last', 'fault'];
  console.log(table(titles, rows, paint()).join('\n'));
}

async function show(given: Given, name: string | undefined): Promise<void> {
  const { requests = [] } = await look(given, { name: needed(name, 'show') });
  if (given.json) return console.log(JSON.stringify(requests));
  console.log(requests.length === 0 ? 'It was sent nothing yet.' : requests.flatMap(linesOf).join('\n'));
}

async function fail(given: Given, name: string | undefined): Promise<void> {
  const args = { name: needed(name, 'fail'), fault: faultOf(given) };
  const state = (await askHome(given, ['operator'], 'set-stand-in', args)) as StandInState;
  console.log(`${state.name}: ${inWords(state.fault)}`);
}

async function heal(given: Given, name: string | undefined): Promise<void> {
  const { standIns } = name === undefined ? await look(given) : { standIns: [{ name }] };
  for (const one of standIns) {
    const args = { name: one.name, fault: { kind: 'none' } };
    await askHome(given, ['operator'], 'set-stand-in', args);
    console.log(`${one.name} works again.`);
  }
  console.log(
    'What waits is sent when its pause is over: after a wrong key within five minutes, else within one.',
  );
}

async function look(given: Given, args?: { readonly name: string }): Promise<StandIns> {
  return (await askHome(given, ['operator'], 'stand-ins', args)) as StandIns;
}

function needed(name: string | undefined, verb: string): string {
  if (name === undefined) throw new UsageError(`${verb} which? stand-in list has the names`);
  return name;
}

function faultOf({ with: kind, 'retry-after': retryAfter, ms, share, calls }: Given): StandInFault {
  if (kind === undefined) throw new UsageError(`--with is missing: ${STAND_IN_FAULTS.slice(1).join(', ')}`);
  const number = (text: string | undefined, option: string, most: number) =>
    text === undefined ? undefined : readNumber(text, option, 0, most);
  const parts = {
    retryAfterSeconds: number(retryAfter, 'retry-after', 86_400),
    ms: number(ms, 'ms', 60_000) ?? (kind === 'slow' ? DEFAULT_SLOW_MS : undefined),
    share: number(share, 'share', 1),
    calls: number(calls, 'calls', 1_000_000),
  };
  const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const read = readStandInFault({ kind, ...given });
  if (!read.ok) throw new UsageError(`${read.wrong.path} ${read.wrong.message}`);
  return read.fault;
}

const DEFAULT_SLOW_MS = 2_000;

function inWords(fault: StandInFault): string {
  if (fault.kind === 'none') return 'works';
  const { kind, share, calls, retryAfterSeconds, ms } = fault as typeof fault & {
    readonly retryAfterSeconds?: number;
    readonly ms?: number;
  };
  return [
    `fails with ${kind}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After ${retryAfterSeconds} s`]),
    ...(ms === undefined ? [] : [`${ms} ms late`]),
    ...(share === undefined ? [] : [`${Math.round(share * 100)} % of its calls`]),
    ...(calls === undefined ? [] : [`its next ${calls} calls`]),
  ].join(', ');
}

function linesOf(request: StandInRequest): readonly string[] {
  const { atMs, operation, status, fault, valid, problems, bytes, count, ids, preview } = request;
  const color = paint();
  const answered = status === undefined ? 'no answer' : String(status);
  const isGood = valid && fault === undefined && status !== undefined && status < 300;
  return [
    [
      color('gray', timeOf(atMs)),
      color(isGood ? 'green' : 'red', answered),
      color('bold', visibleLine(operation)),
      `${count} in ${bytes.toLocaleString('en')} bytes`,
      ...(fault === undefined ? [] : [color('yellow', fault)]),
    ].join('  '),
    ...problems.map(({ path, message }) => `    ${color('red', visibleLine(`${path} ${message}`))}`),
    ...preview.map((line, i) => `    ${color('gray', visibleLine(ids[i] ?? ''))}  ${visibleLine(line)}`),
  ];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

function paint(): Paint {
  return painter(process.stdout, process.env);
}
