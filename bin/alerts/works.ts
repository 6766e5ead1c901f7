/** What the command `alerts` does, each with what it is called with. */
import type { AlertRecord } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import { FilterError, parseFilterText } from '../../src/domain/filter/index.ts';
import type { Act } from '../../src/domain/protocol/messages.ts';
import { ACCESS_OPTIONS } from '../access.ts';
import { askHome } from '../ask.ts';
import { readSeconds, readWords, UsageError } from '../command.ts';
import { painter } from '../terminal.ts';
import { alertInWords, alertsInWords, silencesInWords } from './words.ts';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  match: { type: 'string' },
  rule: { type: 'string' },
  alert: { type: 'string' },
  for: { type: 'string' },
  comment: { type: 'string' },
  everything: { type: 'boolean' },
} as const;
type Given = ReturnType<typeof readWords<typeof OPTIONS>>['given'];
type Work = (given: Given, words: readonly string[]) => Promise<readonly string[]>;

export const WORKS: Readonly<Record<string, Work>> = {
  list,
  show: onOne('alert', alertInWords),
  ack: onOne('acknowledge-alert', (record, paint) => [
    `Acknowledged. Nobody is woken again by it.`,
    ...alertInWords(record, paint).slice(0, 1),
  ]),
  resolve: onOne('resolve-alert', (record, paint) => [
    `Resolved. The next event of its kind is another alert.`,
    ...alertInWords(record, paint).slice(0, 1),
  ]),
  silence,
  silences,
  unsilence,
};

/** Returns the exit code. */
export async function work(name: string, args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, OPTIONS);
  const lines = await (WORKS[name] as Work)(given, words);
  console.log(lines.join('\n'));
  return 0;
}

async function list(given: Given, words: readonly string[]): Promise<readonly string[]> {
  none(words, 'list');
  const records: AlertRecord[] = [];
  for (let before: string | undefined; ; ) {
    const args = { state: given.all ? 'all' : 'open', ...(before !== undefined && { before }) };
    const page = (await ask(given, 'alerts', args)) as { alerts: readonly AlertRecord[]; next?: string };
    records.push(...page.alerts);
    before = page.next;
    if (before === undefined || records.length >= MOST) break;
  }
  if (given.json) return records.map((record) => JSON.stringify(record));
  return alertsInWords(records, Date.now(), paint());
}

function onOne(
  what: Act,
  inWords: (record: AlertRecord, paint: ReturnType<typeof painter>) => readonly string[],
): Work {
  return async (given, words) => {
    const record = (await ask(given, what, { alertId: one(words, 'an alert', 'list') })) as AlertRecord;
    return given.json ? [JSON.stringify(record)] : inWords(record, paint());
  };
}

async function silence(given: Given, words: readonly string[]): Promise<readonly string[]> {
  none(words, 'silence');
  if (given.for === undefined || given.comment === undefined)
    throw new UsageError('silence needs --for SPAN and --comment TEXT, which says why');
  const args = {
    match: matchOf(given),
    seconds: readSeconds(given.for, 'for'),
    comment: given.comment,
    ...(given.everything && { everything: true }),
  };
  const made = (await ask(given, 'silence-alerts', args)) as Silence;
  if (given.json) return [JSON.stringify(made)];
  return [`Silenced until ${made.until}. To end it before: audit-stream alerts unsilence ${made.id}`];
}

async function silences(given: Given, words: readonly string[]): Promise<readonly string[]> {
  none(words, 'silences');
  const { silences } = (await ask(given, 'silences', { all: given.all === true })) as {
    silences: readonly Silence[];
  };
  if (given.json) return silences.map((silence) => JSON.stringify(silence));
  return silencesInWords(silences, Date.now(), paint());
}

async function unsilence(given: Given, words: readonly string[]): Promise<readonly string[]> {
  const ended = (await ask(given, 'end-silence', { id: one(words, 'a silence', 'silences') })) as Silence;
  return [given.json ? JSON.stringify(ended) : 'It is over: what still fires is told within a minute.'];
}

function matchOf({ match, rule, alert, everything }: Given): unknown {
  const named = [match, rule, alert].filter((one) => one !== undefined);
  if (everything && named.length === 0) return {};
  if (named.length !== 1)
    throw new UsageError('silence needs one of --rule ID, --alert ID, --match PATTERN, or --everything');
  if (rule !== undefined) return { rule: { id: [rule] } };
  if (alert !== undefined) return { alertId: [alert] };
  try {
    parseFilterText(match as string);
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`--match ${error.path}: ${error.message}`);
    throw error;
  }
  return JSON.parse(match as string);
}

/** What a deployment's token says, else the tenant must be named: alerts belong to one. */
function ask(given: Given, what: Act, args: unknown): Promise<unknown> {
  if (given.tenant === undefined && given['token-command'] === undefined)
    throw new UsageError('give --tenant: alerts belong to one; those of the system itself to audit-stream');
  return askHome(given, ['operator'], what, args);
}

function one(words: readonly string[], what: string, from: string): string {
  if (words.length !== 1 || words[0] === undefined)
    throw new UsageError(`the id of ${what} is needed, as ${from} shows it; got ${words.length} words`);
  return words[0];
}

function none(words: readonly string[], name: string): void {
  if (words.length > 0) throw new UsageError(`${name} takes no words, only options`);
}

function paint(): ReturnType<typeof painter> {
  return painter(process.stdout, process.env);
}

const MOST = 1_000;
