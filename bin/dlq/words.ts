/** Dead letters and runs in words, as a person reads them in a terminal. */

import type { Counted, Listed, Shown } from '../../src/domain/dead-letters/answers.ts';
import type { LetterSummary } from '../../src/domain/dead-letters/dead-letter.ts';
import { REPLAYED_OFTEN } from '../../src/domain/dead-letters/run.ts';
import { visibleLine, visibleText } from '../../src/domain/visible-text.ts';
import { table } from '../table.ts';
import type { Paint } from '../terminal.ts';
import type { RunReport } from './run-steps.ts';

const figure = (count: number) => count.toLocaleString('en');
const letters = (count: number) => `${figure(count)} ${count === 1 ? 'letter' : 'letters'}`;
const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

export function groupsInWords(listed: Listed, paint: Paint): readonly string[] {
  const { groups, scanned, remaining, isComplete } = listed;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const rows = groups.map((group) => [
    visibleLine(group.queue),
    visibleLine(group.reason),
    visibleLine(group.action),
    group.ageBand,
    figure(group.count),
    time(group.oldestMs),
  ]);
  const seen = isComplete ? '' : ` among the ${figure(scanned)} that could be looked at in one go`;
  return [
    ...(rows.length > 0
      ? [...table(['queue', 'reason', 'action', 'age', 'letters', 'oldest'], rows, paint, 4), '']
      : []),
    count === 0 ? `No dead letters match${seen}.` : `${letters(count)}${seen}.`,
    ...(remaining === undefined
      ? []
      : [
          `About ${figure(remaining)} are there in all; some may be in somebody's hands, or hidden by a run for up to a quarter of an hour.`,
        ]),
  ];
}

export function lettersInWords(found: readonly LetterSummary[], paint: Paint): readonly string[] {
  const rows = found.map((letter) => [
    visibleLine(letter.messageId),
    visibleLine(letter.queue),
    visibleLine(letter.reason),
    visibleLine(letter.eventId ?? ''),
    visibleLine(letter.action ?? ''),
    time(letter.deadAtMs),
    figure(letter.receiveCount),
    figure(letter.replayed ?? 0),
  ]);
  return table(
    ['id', 'queue', 'reason', 'event', 'action', 'dead since', 'tries', 'replays'],
    rows,
    paint,
    6,
  );
}

export function letterInWords(letter: Shown, paint: Paint): string {
  const { replays, trimmed } = letter;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['message', letter.messageId],
    ['queue', letter.queue],
    ['reason', letter.reason],
    ['detail', letter.detail],
    ['vendor status', letter.status === undefined ? undefined : String(letter.status)],
    ['tries', String(letter.receiveCount)],
    ['accepted', time(letter.acceptedAtMs)],
    ['dead since', time(letter.deadAtMs)],
    ['replayed', replays && `${replays.count} times`],
    ...(replays?.last ?? []).map(({ atMs, by, run }) => ['', `${time(atMs)} by ${by} (${run})`] as const),
    ['goes back', letter.isForeign ? 'never: it is no event of the bus' : undefined],
    ['cut', trimmed && `${trimmed.paths.join(', ')}; the whole has ${figure(trimmed.bytes)} bytes`],
  ];
  const about = lines
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${paint('gray', name.padEnd(14))} ${visibleLine(text ?? '')}`);
  return [...about, '', visibleText(JSON.stringify(letter.event, undefined, 2))].join('\n');
}

export function wouldBe(done: string, count: number, skipped: readonly Counted[]): readonly string[] {
  return [`${letters(count)} would be ${done}.`, ...skippedInWords(skipped)];
}

/** `selected` adds up: moved, skipped, failed. */
export function reportInWords(done: string, report: RunReport, took: string): readonly string[] {
  const { moved, skipped, failed, hidden, lostAnswers, run } = report;
  const selected = moved + sum(skipped) + sum(failed);
  return [
    `${letters(moved)} ${done} of ${figure(selected)} selected, in ${took}${run === undefined ? '' : ` (${run})`}.`,
    ...skippedInWords(skipped),
    ...failed.map(
      ({ reason, count }) => `  ${figure(count)} failed: ${FAILED[reason] ?? visibleLine(reason)}`,
    ),
    ...(hidden > 0
      ? [
          `  about ${figure(hidden)} could not be looked at: somebody else has them in hand. Run it again in a quarter of an hour.`,
        ]
      : []),
    ...(lostAnswers > 0
      ? [
          `  the answer to ${lostAnswers === 1 ? 'one step' : `${lostAnswers} steps`} was lost: what was moved then is on record (audit events dead_letters.*), and not in these counts.`,
        ]
      : []),
  ];
}

function skippedInWords(skipped: readonly Counted[]): readonly string[] {
  return skipped.map(
    ({ reason, count }) => `  ${figure(count)} left: ${SKIPPED[reason] ?? visibleLine(reason)}`,
  );
}

const SKIPPED: Readonly<Record<string, string>> = {
  died_since: 'they died after the run began',
  replayed_often: `they were replayed ${REPLAYED_OFTEN} times already; --force or their --id takes them`,
  no_consumer: 'nothing takes from their queue; they can be purged',
  not_an_event: 'they are no events of the bus and would be refused at once; they can be purged',
};

const FAILED: Readonly<Record<string, string>> = {
  sent_but_not_deleted: 'they went back and are among the dead letters still, so they may come twice',
  not_deleted: 'they could not be deleted',
};

function sum(counts: readonly Counted[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
