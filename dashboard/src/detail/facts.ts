/** The facts of an event that a reader looks for first, each with the path to filter by. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export interface Fact {
  readonly label: string;
  /** Undefined where filtering by it makes no sense. */
  readonly path?: string;
  readonly value: string | number | boolean;
}

export function factsOf(event: AuditEvent): readonly Fact[] {
  const { actor, context, http, source, reason, error, performance } = event;
  const facts: (Omit<Fact, 'value'> & { readonly value: Fact['value'] | undefined })[] = [
    { label: 'Severity', path: 'severity', value: event.severity },
    { label: 'Outcome', path: 'outcome', value: event.outcome },
    { label: 'Occurred', value: event.occurredAt },
    { label: 'Recorded', value: event.recordedAt },
    { label: 'Activity', path: 'activity', value: event.activity },
    { label: 'Category', path: 'category', value: event.category },
    { label: 'Reason', path: 'reason.code', value: reason?.code },
    { label: 'Because', value: reason?.message },
    { label: 'Actor', path: 'actor.id', value: actor.id },
    { label: 'Actor name', path: 'actor.name', value: actor.name },
    { label: 'Actor e-mail', path: 'actor.email', value: actor.email },
    { label: 'Actor type', path: 'actor.type', value: actor.type },
    { label: 'MFA', path: 'actor.mfa', value: actor.mfa },
    { label: 'On behalf of', path: 'actor.onBehalfOf.id', value: actor.onBehalfOf?.id },
    ...event.targets.slice(0, 10).flatMap(({ type, id, name }) => [
      { label: `Target (${type})`, path: 'targets.id', value: id },
      { label: 'Target name', path: 'targets.name', value: name === id ? undefined : name },
    ]),
    { label: 'IP', path: 'context.ip', value: context?.ip },
    { label: 'Country', path: 'context.geo.country', value: context?.geo?.country },
    { label: 'User agent', path: 'context.userAgent', value: context?.userAgent },
    { label: 'Request', value: http?.method && `${http.method} ${http.path ?? http.route ?? ''}` },
    { label: 'Status', path: 'http.statusCode', value: http?.statusCode },
    { label: 'Error', path: 'error.name', value: error?.name },
    { label: 'Error message', value: error?.message },
    { label: 'Duration', value: performance && `${performance.durationMs} ms` },
    { label: 'Service', path: 'source.service', value: source.service },
    { label: 'Environment', path: 'source.environment', value: source.environment },
    { label: 'Account', path: 'source.accountId', value: source.accountId },
    { label: 'Correlation', path: 'context.correlationId', value: context?.correlationId },
    { label: 'Trace', path: 'context.traceId', value: context?.traceId },
    { label: 'Event id', path: 'id', value: event.id },
  ];
  return facts.filter((fact): fact is Fact => fact.value !== undefined && fact.value !== '');
}
