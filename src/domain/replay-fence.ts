/** Which replays of the archive a route takes: a destination those alone that are named for it, whoever starts them. */
import type { QueuedRoute } from './topology.ts';

type Pattern = QueuedRoute['pattern'];

/** Rules that are there for one filtered replay in AWS begin so: the queues of destinations take what they send. */
export const REPLAY_RULE_PREFIX = 'audit-stream-replay-';

/** The destination's pattern, for live events and for replays named `<destination>.…`: a replay that somebody starts in
 * the AWS console without choosing rules reaches no destination a second time. Destinations' names have no dots.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html */
export function fenced(pattern: Pattern, destination: string): Pattern {
  return { ...pattern, [FIELD]: [{ exists: false }, { prefix: `${destination}.` }] };
}

/** Whose fence a rule's pattern has. */
export function destinationOf(pattern: Pattern): string | undefined {
  const fence = pattern[FIELD];
  const prefix = Array.isArray(fence) ? (fence.at(-1) as { prefix?: unknown } | null)?.prefix : undefined;
  const destination = typeof prefix === 'string' ? prefix.slice(0, -1) : '';
  const isFence = JSON.stringify(fence) === JSON.stringify(fenced({}, destination)[FIELD]);
  return isFence ? destination : undefined;
}

/** A pattern without its fence, for the one replay of this exact name. */
export function onlyFor(pattern: Pattern, replayName: string): Pattern {
  return { ...pattern, [FIELD]: [replayName] };
}

/** The one replay that a pattern of `onlyFor` is for. */
export function replayNamedBy(pattern: Pattern): string | undefined {
  const names = pattern[FIELD];
  return Array.isArray(names) && names.length === 1 && typeof names[0] === 'string' ? names[0] : undefined;
}

/** The name of a replay that the route's fence lets through, such as `datadog.20261101T120000000Z`: within EventBridge's
 * 64 characters of `A-Z a-z 0-9 . - _`. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html */
export function replayNameFor(route: string, nowMs: number): string {
  return `${route}.${compactTime(nowMs)}`;
}

/** The name of a replay that passes no fence, for a rule of its own, such as `datadog_20261101T120000000Z`. */
export function filteredReplayNameFor(route: string, nowMs: number): string {
  return `${route}_${compactTime(nowMs)}`;
}

/** What a replay's name says: the route that it is for, and when it was named. */
export function readReplayName(
  name: string,
): { readonly route: string; readonly namedAtMs: number } | undefined {
  const [, route, ...time] =
    /^([a-z][a-z0-9-]*)[._](\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(name) ?? [];
  if (route === undefined) return undefined;
  const [year, month, day, hour, minute, second, ms] = time;
  const namedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(namedAtMs) ? undefined : { route, namedAtMs };
}

function compactTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
}

const FIELD = 'replay-name';
