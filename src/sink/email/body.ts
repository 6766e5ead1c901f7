/** A mail as somebody reads it who was asleep a minute ago: what, since when, what to do, and only then the details. */
import type { Alert, AlertSample } from '../../domain/alert/alert.ts';
import { cutText } from '../../domain/event/clean-text.ts';

/** Each part is cut by itself, so that all of them together stay below the 256 KiB that SNS takes.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function bodyOf(alert: Alert, dashboardUrl?: string): string {
  const { title, message, acknowledgedBy } = alert;
  const blocks = [
    [line(title, 256)],
    [stateOf(alert), ...(acknowledgedBy ? [`Acknowledged by ${who(acknowledgedBy)}.`] : []), countOf(alert)],
    section(...toDo(alert, dashboardUrl)),
    section('What happened', message === undefined ? [] : [line(message, 2_000)]),
    section('What the events have in common', pairs(alert.group)),
    section(...samplesOf(alert)),
    section('Labels', pairs(alert.labels)),
    [`Rule: ${ruleOf(alert)}`, `Tenant: ${alert.tenantId}`, `Alert: ${alert.alertId}`],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function stateOf({ status, severity, firstAt, occurredAt, resolvedBy }: Alert): string {
  if (status !== 'resolved') return `Firing since ${time(firstAt)}, severity ${severity}.`;
  const began = `It began at ${time(firstAt)} and lasted ${spanOf(firstAt, occurredAt)}`;
  return `Over since ${time(occurredAt)}${whyOver(resolvedBy)}. ${began}; severity ${severity}.`;
}

function whyOver(by: Alert['resolvedBy']): string {
  if (by === undefined) return '';
  if (by.kind === 'person') return `, ended by ${who(by)}`;
  if (by.kind === 'rule') return ': its rule was taken away';
  return by.kind === 'quiet' ? ': nothing more came' : `, ended by event ${by.eventId}`;
}

function countOf({ rule, count, firstAt, lastAt }: Alert): string {
  if (count === 0)
    return rule.kind === 'silence' ? 'No event came: that is the alert.' : 'No event is counted yet.';
  if (count === 1) return `1 event, at ${time(lastAt)}.`;
  return `${count} events in ${spanOf(firstAt, lastAt)}, the last at ${time(lastAt)}.`;
}

function toDo(
  { status, rule, links = [] }: Alert,
  dashboardUrl: string | undefined,
): readonly [string, readonly string[]] {
  const isOver = status === 'resolved';
  return [
    isOver ? 'Where to look' : 'What to do',
    [
      ...(isOver ? [] : [`Runbook: ${rule.runbookUrl ?? 'none is named for this rule'}`]),
      ...links.map(({ url, text }) => `${line(text, 100)}: ${url}`),
      ...(dashboardUrl === undefined ? [] : [`Dashboard: ${dashboardUrl}`]),
      ...(rule.owner === undefined ? [] : [`Whose it is: ${line(rule.owner, 100)}`]),
    ],
  ];
}

function samplesOf({ samples = [], count }: Alert): readonly [string, readonly string[]] {
  const of = samples.length < count ? ` (${samples.length} of ${count}, oldest first)` : '';
  return [`Events${of}`, samples.flatMap(sampleOf)];
}

function sampleOf({ id, occurredAt, action, outcome, actor, message }: AlertSample): readonly string[] {
  return [
    `${time(occurredAt)}  ${action}, ${outcome}, by ${actor.type} ${who(actor)}`,
    ...(message === undefined ? [] : [`  ${line(message, 300)}`]),
    `  event ${id}`,
  ];
}

function ruleOf({ rule }: Alert): string {
  return `${line(rule.name, 200)} (${line(rule.id, 200)})`;
}

function pairs(map: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(map).map(([name, value]) => `${line(name, 100)}: ${line(value, 300)}`);
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((one) => `  ${one}`)];
}

function who({ id, name }: { readonly id: string; readonly name?: string | undefined }): string {
  return name === undefined || name === id ? line(id, 200) : `${line(name, 200)} (${line(id, 200)})`;
}

/** Nothing that somebody wrote begins a line of its own: it could pass for ours. */
function line(text: string, max: number): string {
  const one = text.replace(/[\s\p{Zl}\p{Zp}\u{fffe}\u{ffff}]+/gu, ' ').trim();
  return one.length <= max ? one : `${cutText(one, max - 1)}…`;
}

function time(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

function spanOf(from: string, to: string): string {
  const seconds = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first < 0 ? 3 : first)
    .slice(0, 2)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
