/** The columns that a viewer can choose: what each shows, and where in the event it stands. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** The path that "filter for it" uses; undefined where the value is made of several. */
  readonly path?: string;
  /** CSS width for the grid. */
  readonly width: string;
  readonly text: (event: AuditEvent) => string;
  /** What to filter for, when that is not the text. */
  readonly value?: (event: AuditEvent) => string | number | boolean | undefined;
}

export const COLUMNS: readonly Column[] = [
  { key: 'time', title: 'Time', width: '8.2rem', text: ({ occurredAt }) => occurredAt },
  { key: 'severity', title: 'Severity', path: 'severity', width: '6.4rem', text: ({ severity }) => severity },
  { key: 'outcome', title: 'Outcome', path: 'outcome', width: '6rem', text: ({ outcome }) => outcome },
  {
    key: 'action',
    title: 'Action',
    path: 'action',
    width: 'minmax(13rem, 1.5fr)',
    text: ({ action }) => action,
  },
  {
    key: 'actor',
    title: 'Actor',
    path: 'actor.id',
    width: 'minmax(11rem, 1.2fr)',
    text: ({ actor }) => actor.name ?? actor.email ?? actor.id,
    value: ({ actor }) => actor.id,
  },
  {
    key: 'target',
    title: 'Target',
    path: 'targets.id',
    width: 'minmax(11rem, 1.2fr)',
    text: targetText,
    value: ({ targets }) => targets[0]?.id,
  },
  {
    key: 'message',
    title: 'Message',
    width: 'minmax(12rem, 2fr)',
    text: ({ message, reason }) => message ?? reason?.message ?? '',
  },
  { key: 'ip', title: 'IP', path: 'context.ip', width: '8.6rem', text: ({ context }) => context?.ip ?? '' },
  {
    key: 'country',
    title: 'Country',
    path: 'context.geo.country',
    width: '5.5rem',
    text: ({ context }) => context?.geo?.country ?? '',
  },
  {
    key: 'service',
    title: 'Service',
    path: 'source.service',
    width: '8rem',
    text: ({ source }) => source.service,
  },
  {
    key: 'environment',
    title: 'Environment',
    path: 'source.environment',
    width: '7rem',
    text: ({ source }) => source.environment,
  },
  { key: 'category', title: 'Category', path: 'category', width: '8rem', text: ({ category }) => category },
  { key: 'activity', title: 'Activity', path: 'activity', width: '6rem', text: ({ activity }) => activity },
  {
    key: 'correlation',
    title: 'Correlation',
    path: 'context.correlationId',
    width: '10rem',
    text: ({ context }) => context?.correlationId ?? '',
  },
  { key: 'id', title: 'Event id', path: 'id', width: '19rem', text: ({ id }) => id },
];

export const DEFAULT_COLUMNS: readonly string[] = [
  'time',
  'severity',
  'outcome',
  'action',
  'actor',
  'target',
  'ip',
  'service',
];

function targetText({ targets }: AuditEvent): string {
  const [first, ...rest] = targets;
  if (first === undefined) return '';
  return `${first.name ?? first.id}${rest.length > 0 ? ` +${rest.length}` : ''}`;
}
