/** An audit event as a log of Datadog's intake v2: its standard attributes, and the whole event under `audit`, where no
 * field of it can take a reserved name's place.
 * https://docs.datadoghq.com/standard-attributes/ */
import type { AuditEvent, Severity } from '../event/audit-event.ts';
import { isNamed } from './is-named.ts';
import { present } from './present.ts';
import { sentenceOf } from './sentence-of.ts';

export interface DatadogLog {
  readonly ddsource: 'audit';
  /** `env:…,tenant:…,version:…`: one text, not a list. */
  readonly ddtags: string;
  readonly service: string;
  readonly hostname?: string;
  readonly message: string;
  readonly status: 'info' | 'warn' | 'error' | 'critical';
  /** Epoch milliseconds. Datadog dates an event that is older than 18 hours anew: `audit.occurredAt` stays true. */
  readonly timestamp: number;
  readonly evt: Readonly<Record<string, string>>;
  readonly usr?: Readonly<Record<string, string>>;
  readonly asset?: { readonly type: string; readonly id: string };
  readonly network?: { readonly client: { readonly ip: string } };
  readonly http?: Readonly<Record<string, unknown>>;
  /** Nanoseconds. */
  readonly duration?: number;
  readonly error?: Readonly<Record<string, string>>;
  readonly otel?: { readonly trace_id: string };
  readonly audit: AuditEvent;
}

const STATUS: Readonly<Record<Severity, DatadogLog['status']>> = {
  info: 'info',
  low: 'info',
  medium: 'warn',
  high: 'error',
  critical: 'critical',
};

export function toDatadog(event: AuditEvent): DatadogLog {
  const { actor, source, context, http, error, performance, targets } = event;
  const [target] = targets;
  return {
    ddsource: 'audit',
    ddtags: tagsOf(event),
    service: source.service,
    ...(source.functionName !== undefined && { hostname: source.functionName }),
    message: sentenceOf(event),
    status: statusOf(event),
    timestamp: Date.parse(event.occurredAt),
    evt: {
      id: event.id,
      name: event.action,
      category: event.category,
      outcome: event.outcome,
      type: event.activity,
    },
    ...(isNamed(actor) && { usr: { id: actor.id, ...present({ name: actor.name, email: actor.email }) } }),
    ...(target && { asset: { type: target.type, id: target.id } }),
    ...(context?.ip !== undefined && { network: { client: { ip: context.ip } } }),
    ...(http && { http: httpOf(http, context?.userAgent, source.requestId) }),
    ...(performance && { duration: Math.round(performance.durationMs * 1_000_000) }),
    ...(error && { error: { kind: error.name, message: error.message, ...present({ stack: error.stack }) } }),
    // Datadog's own `dd.trace_id` has 64 bits; this is the W3C one.
    ...(context?.traceId !== undefined && { otel: { trace_id: context.traceId } }),
    audit: event,
  };
}

/** What failed is never less than a warning, and an error is one. */
function statusOf({ severity, outcome }: AuditEvent): DatadogLog['status'] {
  const status = STATUS[severity];
  if (outcome === 'error' && status !== 'critical') return 'error';
  return status === 'info' && (outcome === 'denied' || outcome === 'failure') ? 'warn' : status;
}

function tagsOf({ source, tenantId }: AuditEvent): string {
  const tags = present({ env: source.environment, tenant: tenantId, version: source.version });
  return Object.entries(tags)
    .map(([name, value]) => `${name}:${tagValue(value)}`)
    .join(',');
}

/** A comma would begin another tag. https://docs.datadoghq.com/getting_started/tagging/#define-tags */
function tagValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\-:./]/gu, '_')
    .slice(0, 190);
}

function httpOf(
  http: NonNullable<AuditEvent['http']>,
  useragent: string | undefined,
  requestId: string | undefined,
) {
  return {
    ...present({ method: http.method, useragent, request_id: requestId, url: http.path }),
    ...(http.path !== undefined && { url_details: { path: http.path } }),
    ...(http.statusCode !== undefined && { status_code: http.statusCode }),
  };
}
