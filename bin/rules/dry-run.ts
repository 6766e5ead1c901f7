/** `rules dry-run`: what the rules would have made of past events. */
import { PAGE_CHANNEL } from '../../src/domain/alert/alert.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { FilterIndex } from '../../src/domain/filter/index.ts';
import { checkChannels } from '../../src/domain/rules/check-channels.ts';
import type { RuleBook } from '../../src/domain/rules/rule-book.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, findAccess } from '../access.ts';
import { readTimeMs, readWords, UsageError } from '../command.ts';
import { progressBar } from '../progress-bar.ts';
import { painter } from '../terminal.ts';
import { alertDestinationsOf, namedChannels } from './destinations-of.ts';
import { type DryRun, dryRunInWords } from './dry-run-words.ts';
import { outcomesOf } from './outcomes.ts';
import { ofArchive, ofFile, ofTrail, type PastEvents } from './past-events.ts';
import { readRules } from './read-rules.ts';
import { simulate } from './simulate.ts';
import type { Work } from './work.ts';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  file: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  data: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;
type Given = ReturnType<typeof readWords<typeof OPTIONS>>['given'];

export const dryRun: Work = {
  usage: 'dry-run [DIR] --file FILE | --from TIME [--to TIME] [--config FILE] [--json]',
  about: `dry-run plays past events to the detector, in the order of their own time and by a clock that goes with them,
and tells what would have fired, how often, and who would have heard. Nothing is sent. It is not well when an
event could not be read, or there was none.`,
  options: `  --file FILE            dry-run: events, one a line as JSON (- for a pipe), as tail --json writes them
  --from TIME            dry-run: 2026-11-01T12:00:00Z, or a span back such as 2d: events that the bus took since
  --to TIME              dry-run: default now
  --data DIR             dry-run: of the archive in the data folder of a home; else of the trail, from:
${ACCESS_HELP}`,
  examples: ['dry-run --file events.ndjson', 'dry-run alerts --from 7d --data ~/.audit-stream'],
  run,
};

interface Collected {
  /** Those that a rule counts, or whose alert they end. */
  readonly events: readonly AuditEvent[];
  readonly read: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly faults: readonly string[];
}

async function run(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, OPTIONS);
  if (words.length > 1) throw new UsageError(`dry-run takes one folder, got ${words.length}`);
  const source = await sourceOf(given);
  const { book, faults } = readRules(words[0]);
  const destinations = given.config === undefined ? undefined : alertDestinationsOf(given.config);
  const wrong = [...faults, ...(destinations ? checkChannels(book, destinations) : [])];
  for (const fault of wrong) console.error(visibleLine(fault));
  const channels = (destinations ?? namedChannels(book)).filter((name) => name !== PAGE_CHANNEL);
  const result = await dryRunOf(book, channels, await collect(source, book, given.tenant));
  const paint = painter(process.stdout, process.env);
  console.log(given.json ? asJson(result) : dryRunInWords(result, paint).join('\n'));
  if (faults.length > 0) return 2;
  return wrong.length > 0 || result.faults.length > 0 || result.read === 0 ? 1 : 0;
}

async function dryRunOf(
  book: RuleBook,
  channels: readonly string[],
  { events, fromMs, toMs, read, faults }: Collected,
): Promise<DryRun> {
  const bar = progressBar(events.length, 'events', { paced: process.stderr.isTTY });
  const alerts = await simulate({ book, channels, events, untilMs: toMs, onProgress: bar.to });
  bar.end();
  const rules = outcomesOf(book.rules, alerts);
  return { fromMs, toMs, read, matched: events.length, faults, rules, channels: [PAGE_CHANNEL, ...channels] };
}

function asJson({ fromMs, toMs, rules, ...rest }: DryRun): string {
  const time = (ms: number) => new Date(ms).toISOString();
  const withTimes = rules.map(({ firedMs, ...rule }) => ({ ...rule, firedAt: firedMs.map(time) }));
  return JSON.stringify({ from: time(fromMs), to: time(toMs), ...rest, rules: withTimes });
}

async function sourceOf(given: Given): Promise<PastEvents> {
  const { file, from, to, data } = given;
  if (file !== undefined) {
    const other = (['from', 'to', 'data', 'url', 'token-command'] as const).find(
      (option) => given[option] !== undefined,
    );
    if (other !== undefined)
      throw new UsageError(`--${other} does not go with --file: all of the file is played`);
    return ofFile(file);
  }
  if (from === undefined) throw new UsageError('give events: --file FILE, or --from TIME');
  const nowMs = Date.now();
  const span = { fromMs: readTimeMs(from, 'from', nowMs), toMs: readTimeMs(to ?? 'now', 'to', nowMs) };
  if (span.toMs <= span.fromMs) throw new UsageError('--to must be later than --from');
  if (data === undefined) return ofTrail(await findAccess(given, ['viewer']), span);
  const other = (['url', 'token-command'] as const).find((option) => given[option] !== undefined);
  if (other !== undefined) throw new UsageError(`--${other} does not go with --data: the folder is read`);
  return ofArchive(data, span);
}

/** Whatever no rule has to do with is counted, and let go of. */
async function collect(past: PastEvents, book: RuleBook, tenant: string | undefined): Promise<Collected> {
  const index = new FilterIndex<string>();
  for (const { id, filter, resolvedBy } of book.rules) {
    index.add(id, filter);
    if (resolvedBy) index.add(`${id} ends`, resolvedBy.filter);
  }
  const events: AuditEvent[] = [];
  const faults: string[] = [];
  const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  let read = 0;
  const bar = progressBar(undefined, 'events read', { paced: process.stderr.isTTY });
  await past({
    event(event) {
      if (tenant !== undefined && event.tenantId !== tenant) return;
      const ms = Date.parse(event.occurredAt);
      span.fromMs = Math.min(span.fromMs, ms);
      span.toMs = Math.max(span.toMs, ms);
      if (index.match(event).length > 0) events.push(event);
      bar.to(++read);
    },
    fault: (where, why) => faults.push(`${where}: ${why}`),
  });
  bar.end();
  return { events, read, faults, ...(read === 0 ? { fromMs: 0, toMs: 0 } : span) };
}
