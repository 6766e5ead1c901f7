/** Alerts and silences as a terminal shows them. */

import { PAGE_CHANNEL } from '../../src/domain/alert/alert.ts';
import type { AlertRecord, AlertStep, ShownRecord } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import type { Severity } from '../../src/domain/event/audit-event.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { table } from '../table.ts';
import type { Paint } from '../terminal.ts';

const COLOURS: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'gray',
  info: 'gray',
};

export function alertsInWords(
  records: readonly AlertRecord[],
  withThoseOver: boolean,
  nowMs: number,
  paint: Paint,
): readonly string[] {
  if (records.length === 0) return [withThoseOver ? 'There was no alert.' : 'No alert is open.'];
  const rows = records.map(({ alert }) => [
    alert.severity,
    statusOf(alert),
    age(alert.firstAt, nowMs),
    String(alert.count),
    alert.alertId,
    visibleLine(alert.title),
    (alert.channels ?? ['everywhere']).filter((name) => name !== PAGE_CHANNEL).join(', ') || '–',
    suppressed(alert.suppressedBy),
  ]);
  const [titles, ...lines] = table(
    ['SEVERITY', 'STATUS', 'AGE', 'EVENTS', 'ALERT', 'TITLE', 'TOLD', 'NOT TOLD BECAUSE OF'],
    rows,
    paint,
    8,
  );
  return [
    titles as string,
    ...lines.map((line, i) => paint(COLOURS[(records[i] as AlertRecord).alert.severity], line.trimEnd())),
  ];
}

export function alertInWords({ alert, steps, trimmed }: ShownRecord, paint: Paint): readonly string[] {
  const { rule, group = {}, samples = [], message, suppressedBy, resolvedBy } = alert;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['alert', alert.alertId],
    ['status', statusOf(alert)],
    ['rule', `${rule.name} (${rule.id}, ${rule.kind})`],
    ['owner', rule.owner],
    ['runbook', rule.runbookUrl],
    ...Object.entries(group),
    ['events', `${alert.count}, from ${alert.firstAt} to ${alert.lastAt}`],
    ['not told because of', suppressedBy && suppressed(suppressedBy)],
    ['over because', resolvedBy && why(resolvedBy)],
    ['too large to show', trimmed && `${trimmed.join(', ')}: cut`],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    paint(COLOURS[alert.severity], `${alert.severity}: ${visibleLine(alert.title)}`),
    ...(message === undefined ? [] : [visibleLine(message)]),
    '',
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${visibleLine(name).padEnd(width)} ${visibleLine(value)}`],
    ),
    '',
    ...table(['WHEN', 'WHAT', 'EVENTS', 'TOLD', 'BY'], steps.map(stepRow), paint, 5),
    ...(samples.length === 0
      ? []
      : [
          '',
          ...table(
            ['EVENT', 'WHEN', 'ACTION', 'OUTCOME', 'ACTOR'],
            samples.map(({ id, occurredAt, action, outcome, actor }) =>
              [id, occurredAt, action, outcome, actor.name ?? actor.id].map(visibleLine),
            ),
            paint,
            5,
          ),
        ]),
  ];
}

export function silencesInWords(
  silences: readonly Silence[],
  nowMs: number,
  paint: Paint,
): readonly string[] {
  if (silences.length === 0) return ['Nothing is silenced.'];
  const rows = silences.map(({ id, until, author, endedBy, match, comment }) => [
    id,
    Date.parse(until) > nowMs
      ? `until ${until}`
      : endedBy
        ? `ended by ${nameOf(endedBy)}`
        : `over since ${until}`,
    nameOf(author),
    visibleLine(JSON.stringify(match)),
    visibleLine(comment),
  ]);
  return table(['SILENCE', 'WHEN', 'BY', 'WHAT', 'WHY'], rows, paint, 5);
}

function stepRow({ occurredAt, change, count, channels, by, suppressedBy }: AlertStep): readonly string[] {
  const told = channels.filter((name) => name !== PAGE_CHANNEL).join(', ');
  return [
    occurredAt,
    change,
    String(count),
    suppressedBy ? `nobody: ${suppressed(suppressedBy)}` : told || '–',
    by ? nameOf(by) : '',
  ];
}

function statusOf({ status, acknowledgedBy }: AlertRecord['alert']): string {
  return status === 'acknowledged' && acknowledgedBy ? `acknowledged by ${nameOf(acknowledgedBy)}` : status;
}

function why(by: NonNullable<AlertRecord['alert']['resolvedBy']>): string {
  if (by.kind === 'person') return `${nameOf(by)} resolved it`;
  if (by.kind === 'event') return `of event ${by.eventId}`;
  return by.kind === 'quiet' ? 'nothing came any more' : 'its rule was taken away';
}

function suppressed(by: AlertRecord['alert']['suppressedBy']): string {
  return by ? `${by.kind} ${visibleLine(by.id)}` : '';
}

function nameOf({ id, name }: { readonly id: string; readonly name?: string }): string {
  return visibleLine(name ?? id);
}

/** In its largest unit. */
function age(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
