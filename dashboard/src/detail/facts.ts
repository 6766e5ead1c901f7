/** The facts of an event that a reader looks for, in the order of the questions asked: what, who, to what, from where,
 * by which system. Each has the path to filter by. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export interface Fact {
  readonly label: string;
  /** Undefined where filtering by it makes no sense. */
  readonly path?: string;
  readonly value: string | number | boolean;
  /** An instant, as RFC 3339: shown in the viewer's zone. */
  readonly isTime?: true;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

type MaybeFact = Omit<Fact, 'value'> & { readonly value: Fact['value'] | undefined };

const SHOWN_TARGETS = 10;

export function factsOf({
  actor,
  action,
  activity,
  category,
  occurredAt,
  recordedAt,
  outcome,
  severity,
  reason,
  error,
  performance,
  targets,
  context,
  http,
  source,
  id,
}: AuditEvent): readonly FactGroup[] {
  return [
    group('What', [
      { label: 'Action', path: 'action', value: action },
      { label: 'Outcome', path: 'outcome', value: outcome },
      { label: 'Severity', path: 'severity', value: severity },
      { label: 'Reason', path: 'reason.code', value: reason?.code },
      { label: 'Explained', value: reason?.message },
      { label: 'Error', path: 'error.name', value: error?.name },
      { label: 'Error says', value: error?.message },
      { label: 'Activity', path: 'activity', value: activity },
      { label: 'Category', path: 'category', value: category },
      { label: 'Occurred', value: occurredAt, isTime: true },
      { label: 'Recorded', value: recordedAt === occurredAt ? undefined : recordedAt, isTime: true },
    ]),
    group('Who', [
      { label: 'Name', path: 'actor.name', value: actor.name },
      { label: 'E-mail', path: 'actor.email', value: actor.email },
      { label: 'Id', path: 'actor.id', value: actor.id },
      { label: 'Type', path: 'actor.type', value: actor.type },
      { label: 'Roles', value: actor.roles?.join(', ') },
      { label: 'MFA', path: 'actor.mfa', value: actor.mfa },
      { label: 'For', path: 'actor.onBehalfOf.id', value: actor.onBehalfOf?.name ?? actor.onBehalfOf?.id },
      { label: 'Session', path: 'actor.sessionId', value: actor.sessionId },
    ]),
    group('To what', targetFacts(targets)),
    group('From where', [
      { label: 'IP', path: 'context.ip', value: context?.ip },
      { label: 'Country', path: 'context.geo.country', value: context?.geo?.country },
      { label: 'City', path: 'context.geo.city', value: context?.geo?.city },
      { label: 'User agent', path: 'context.userAgent', value: context?.userAgent },
      { label: 'Request', value: http?.method && `${http.method} ${http.path ?? http.route ?? ''}` },
      { label: 'Status', path: 'http.statusCode', value: http?.statusCode },
      { label: 'Duration', value: performance && `${performance.durationMs} ms` },
    ]),
    group('By which system', [
      { label: 'Service', path: 'source.service', value: source.service },
      { label: 'Environment', path: 'source.environment', value: source.environment },
      { label: 'Region', path: 'source.region', value: source.region },
      { label: 'Account', path: 'source.accountId', value: source.accountId },
      { label: 'Correlation', path: 'context.correlationId', value: context?.correlationId },
      { label: 'Trace', path: 'context.traceId', value: context?.traceId },
      { label: 'Event id', path: 'id', value: id },
    ]),
  ].filter(({ facts }) => facts.length > 0);
}

function targetFacts(targets: AuditEvent['targets']): readonly MaybeFact[] {
  const shown = targets.slice(0, SHOWN_TARGETS).flatMap(({ type, id, name }) => {
    const label = type.replaceAll('_', ' ');
    return name === undefined || name === id
      ? [{ label, path: 'targets.id', value: id }]
      : [
          { label, path: 'targets.name', value: name },
          { label: '', path: 'targets.id', value: id },
        ];
  });
  const more = targets.length - SHOWN_TARGETS;
  return more > 0 ? [...shown, { label: '', value: `and ${more} more, see the JSON` }] : shown;
}

function group(title: string, facts: readonly MaybeFact[]): FactGroup {
  return {
    title,
    facts: facts.filter((fact): fact is Fact => fact.value !== undefined && fact.value !== ''),
  };
}
