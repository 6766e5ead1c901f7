/** An audit event as an ECS document, for OpenSearch and Elasticsearch. `_id` is the event's id, written with `op_type=create`.
 * https://www.elastic.co/docs/reference/ecs/ecs-field-reference */
import type { Activity, AuditEvent, Category, Outcome, Severity } from '../event/audit-event.ts';
import { present, some } from './present.ts';

/** Fields by ECS's names, nested as its documents are. Absent fields are left out. */
export type EcsDocument = {
  readonly '@timestamp': string;
  readonly event: Readonly<Record<string, unknown>> & { readonly id: string };
} & Readonly<Record<string, unknown>>;

/** https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category */
const CATEGORIES: Readonly<Record<Category, readonly string[]>> = {
  authentication: ['authentication'],
  authorization: ['iam'],
  iam: ['iam'],
  data_access: ['database'],
  data_change: ['database'],
  configuration: ['configuration'],
  api: ['api'],
  system: ['process'],
  security: ['intrusion_detection'],
};

/** https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-type */
const TYPES: Readonly<Record<Activity, string>> = {
  create: 'creation',
  read: 'access',
  update: 'change',
  delete: 'deletion',
  login: 'start',
  logout: 'end',
  grant: 'change',
  revoke: 'change',
  enable: 'change',
  disable: 'change',
  execute: 'info',
  export: 'access',
  import: 'creation',
  share: 'change',
  other: 'info',
};

/** ECS knows no denial: that is in `event.type` and, as we say it, in `audit.outcome`. */
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  success: 'success',
  failure: 'failure',
  denied: 'failure',
  error: 'failure',
  unknown: 'unknown',
};

const SEVERITIES: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };

export function toEcs(event: AuditEvent): EcsDocument {
  const { actor, source, context, http, error, performance, targets, changes, reason } = event;
  const people = targets.filter(({ type }) => type === 'user');
  const [person] = people;
  return present({
    '@timestamp': event.occurredAt,
    message: event.message,
    event: present({
      id: event.id,
      kind: 'event',
      action: event.action,
      category: CATEGORIES[event.category],
      type: typesOf(event),
      outcome: OUTCOMES[event.outcome],
      severity: SEVERITIES[event.severity],
      created: event.recordedAt,
      reason: reason?.message ?? reason?.code,
      // Nanoseconds.
      duration: performance && Math.round(performance.durationMs * 1_000_000),
      dataset: `audit.${source.service}`,
      module: 'audit',
    }),
    organization: { id: event.tenantId },
    user: present({
      id: actor.id,
      name: actor.name,
      email: actor.email,
      roles: actor.roles,
      effective: actor.onBehalfOf && present({ id: actor.onBehalfOf.id, name: actor.onBehalfOf.name }),
      target: person && present({ id: person.id, name: person.name }),
    }),
    client: context?.ip === undefined ? undefined : { ip: context.ip },
    source: context?.ip === undefined ? undefined : { ip: context.ip },
    user_agent: context?.userAgent === undefined ? undefined : { original: context.userAgent },
    http: http && httpOf(http),
    url: http?.path === undefined ? undefined : { path: http.path },
    trace: context?.traceId === undefined ? undefined : { id: context.traceId },
    span: context?.spanId === undefined ? undefined : { id: context.spanId },
    service: present({ name: source.service, version: source.version, environment: source.environment }),
    faas:
      source.functionName === undefined
        ? undefined
        : present({
            name: source.functionName,
            version: source.functionVersion,
            execution: source.requestId,
            coldstart: source.coldStart,
          }),
    cloud: some({ region: source.region, account: source.accountId && { id: source.accountId } }),
    error:
      error &&
      present({ type: error.name, message: error.message, code: error.code, stack_trace: error.stack }),
    related: present({
      user: [...new Set([actor.id, ...people.map(({ id }) => id)])],
      ip: context?.ip === undefined ? undefined : [...new Set([context.ip, ...(context.ips ?? [])])],
    }),
    labels: event.labels,
    audit: present({
      outcome: event.outcome,
      actorType: actor.type,
      targets: targets.length > 0 ? targets : undefined,
      changes,
      correlationId: context?.correlationId,
      causationId: context?.causationId,
      raw: event,
    }),
  }) as EcsDocument;
}

function typesOf({ activity, category, outcome }: AuditEvent): readonly string[] {
  const types = [TYPES[activity]];
  if (outcome === 'denied') types.push('denied');
  if (outcome === 'error') types.push('error');
  if (outcome === 'success' && category === 'authorization') types.push('allowed');
  return types;
}

function httpOf({ method, statusCode, requestBytes, responseBytes }: NonNullable<AuditEvent['http']>) {
  const bytes = (count: number | undefined) => (count === undefined ? undefined : { bytes: count });
  return some({
    request: some({ method, body: bytes(requestBytes) }),
    response: some({ status_code: statusCode, body: bytes(responseBytes) }),
  });
}
