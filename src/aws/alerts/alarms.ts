/** The alarms of a deployment, by the kind that their names end with: read by the constructs that make them and by the
 * Lambda that makes alerts of them. */
import type { PipelineCondition } from '../../detect/detector.ts';

interface AlarmKindFacts {
  /** The title of its article in docs/runbook.md. */
  readonly article: string;
  /** What it is about, where it is about no destination. */
  readonly subject?: string;
  readonly severity: PipelineCondition['severity'];
}

export const ALARMS = {
  'dead-letters': { article: 'Events wait in the dead letters', subject: 'record', severity: 'high' },
  'broadcast-dead-letters': {
    article: 'The bus could not call broadcast',
    subject: 'broadcast',
    severity: 'medium',
  },
  'journal-dead-letters': {
    article: 'Journalled records could not be put on the bus',
    subject: 'journal',
    severity: 'high',
  },
  'trail-late': { article: 'The trail is late', subject: 'record', severity: 'high' },
  'clock-wrong': { article: 'A clock is wrong', subject: 'record', severity: 'medium' },
  'no-events': { article: 'No audit event for a day', subject: 'bus', severity: 'medium' },
  unaccounted: { article: 'Something is unaccounted for', subject: 'record', severity: 'critical' },
  'pushes-missed': { article: 'Pushes are missed', subject: 'broadcast', severity: 'medium' },
  'lambda-fails': { article: 'A Lambda fails', subject: 'lambda', severity: 'high' },
  'lambda-throttled': { article: 'Lambdas are throttled', subject: 'lambda', severity: 'high' },
  'table-throttled': { article: 'DynamoDB throttles', subject: 'dynamodb', severity: 'medium' },
  'detect-dead-letters': {
    article: 'Events that no rule has seen wait in the dead letters',
    subject: 'detect',
    severity: 'high',
  },
  'detect-late': { article: 'The rules are late', subject: 'detect', severity: 'high' },
  'alerts-fail': { article: 'A Lambda of the alerts fails', subject: 'alerts', severity: 'high' },
  'alert-clock-stopped': {
    article: 'The clock of the alerts has stopped',
    subject: 'tick',
    severity: 'high',
  },
  'destination-dead-letters': {
    article: 'Events for a destination wait in its dead letters',
    severity: 'high',
  },
  'destination-misconfigured': { article: 'A destination is set up wrongly', severity: 'high' },
  'destination-late': { article: 'A destination is late', severity: 'medium' },
} as const satisfies Record<string, AlarmKindFacts>;

export type AlarmKind = keyof typeof ALARMS;

/** `prefix` tells deployments of an account apart. */
export function alarmName(prefix: string, kind: AlarmKind, destination?: string): string {
  return `${prefix}-${kind}${destination === undefined ? '' : `/${destination}`}`;
}

/** What a name of this deployment's says; undefined if it is another's. */
export function readAlarmName(
  prefix: string,
  name: string,
): { readonly kind: AlarmKind; readonly destination?: string } | undefined {
  if (!name.startsWith(`${prefix}-`)) return undefined;
  const [kind = '', destination] = name.slice(prefix.length + 1).split('/');
  if (!Object.hasOwn(ALARMS, kind)) return undefined;
  return { kind: kind as AlarmKind, ...(destination !== undefined && { destination }) };
}

/** Where the article is, in this repository. */
export function articleAddress(article: string): string {
  return `docs/runbook.md#${anchorOf(article)}`;
}

/** As a heading is linked to in Markdown. */
export function anchorOf(article: string): string {
  return article
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
