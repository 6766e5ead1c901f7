/** What the command `alerts` does, each with the options that it takes. */
import type { ShownRecord } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import type { Act } from '../../src/domain/protocol/messages.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { ACCESS_OPTIONS } from '../access.ts';
import { type Ask, askingHome } from '../ask.ts';
import { readWords, UsageError } from '../command.ts';
import { type Paint, painter } from '../terminal.ts';
import { allSilences, firstAlerts } from './pages.ts';
import { readWish, type WishOptions } from './wish.ts';
import { alertInWords, alertsInWords, silencesInWords } from './words.ts';

type Given = WishOptions & { readonly all?: boolean; readonly json?: boolean };

interface Work {
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** What its one word is, and which work shows it. */
  readonly word?: readonly [what: string, shownBy: string];
  /** Reads what it is called with before anybody is asked. */
  begin(given: Given, word: string): (ask: Ask) => Promise<readonly string[]>;
}

export const WORKS: Readonly<Record<string, Work>> = {
  list: {
    options: ['all', 'json'],
    begin: (given) => async (ask) => {
      const { records, isWhole } = await firstAlerts(ask, given.all === true);
      if (!isWhole) console.error(`audit-stream alerts list: there are more than these ${records.length}`);
      return given.json
        ? records.map(asJson)
        : alertsInWords(records, given.all === true, Date.now(), paint());
    },
  },
  show: onAlert('alert', alertInWords),
  ack: onAlert('acknowledge-alert', ({ alert: { status, title } }) => [
    status === 'resolved'
      ? `It is over already: ${visibleLine(title)}`
      : `Acknowledged: ${visibleLine(title)}. It is not repeated any more.`,
  ]),
  resolve: onAlert('resolve-alert', ({ alert: { title } }) => [
    `Resolved: ${visibleLine(title)}. The next event of its kind is another alert.`,
  ]),
  silence: {
    options: ['match', 'rule', 'alert', 'everything', 'for', 'comment', 'json'],
    begin(given) {
      const wish = readWish(given);
      return async (ask) => {
        const made = (await ask('silence-alerts', wish)) as Silence;
        if (given.json) return [asJson(made)];
        return [`Silenced until ${made.until}. To end it before: audit-stream alerts unsilence ${made.id}`];
      };
    },
  },
  silences: {
    options: ['all', 'json'],
    begin: (given) => async (ask) => {
      const silences = await allSilences(ask, given.all === true);
      return given.json ? silences.map(asJson) : silencesInWords(silences, Date.now(), paint());
    },
  },
  unsilence: {
    options: ['json'],
    word: ['a silence', 'silences'],
    begin: (given, id) => async (ask) => {
      const ended = await ask('end-silence', { id });
      return [given.json ? asJson(ended) : 'It is over: what still fires is told within a minute.'];
    },
  },
};

/** Returns the exit code. */
export async function work(name: string, args: readonly string[]): Promise<number> {
  const { options, word, begin } = WORKS[name] as Work;
  const { given, words } = readWords(args, { ...ACCESS_OPTIONS, ...OPTIONS });
  const taken: readonly string[] = [...Object.keys(ACCESS_OPTIONS), ...options];
  const odd = Object.keys(given).find((option) => !taken.includes(option));
  if (odd !== undefined) throw new UsageError(`${name} takes no --${odd}`);
  if (word && words.length !== 1)
    throw new UsageError(`the id of ${word[0]} is needed, as ${word[1]} shows it; got ${words.length} words`);
  if (!word && words.length > 0) throw new UsageError(`${name} takes no words, only options`);
  const run = begin(given, words[0] ?? '');
  // What a deployment's token says, else the tenant must be named.
  if (given.tenant === undefined && given['token-command'] === undefined)
    throw new UsageError('give --tenant: alerts belong to one; those of the system itself to audit-stream');
  const lines = await askingHome(given, ['operator'], run);
  if (lines.length > 0) console.log(lines.join('\n'));
  return 0;
}

function onAlert(what: Act, inWords: (record: ShownRecord, paint: Paint) => readonly string[]): Work {
  return {
    options: ['json'],
    word: ['an alert', 'list'],
    begin: (given, alertId) => async (ask) => {
      const record = (await ask(what, { alertId })) as ShownRecord;
      return given.json ? [asJson(record)] : inWords(record, paint());
    },
  };
}

function asJson(value: unknown): string {
  return JSON.stringify(value);
}

function paint(): Paint {
  return painter(process.stdout, process.env);
}

const OPTIONS = {
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  match: { type: 'string' },
  rule: { type: 'string' },
  alert: { type: 'string' },
  everything: { type: 'boolean' },
  for: { type: 'string' },
  comment: { type: 'string' },
} as const;
