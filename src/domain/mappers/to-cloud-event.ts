/** An audit event as a CloudEvent 1.0 in structured JSON, with the auth context and tracing extensions.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
import type { ActorType, AuditEvent } from '../event/audit-event.ts';
import { traceparentOf } from '../event/traceparent.ts';
import { isNamed } from './is-named.ts';

export interface CloudEvent {
  readonly specversion: '1.0';
  /** The event's own: with `source` it is unique. */
  readonly id: string;
  /** `/<environment>/<service>`, a URI reference. */
  readonly source: string;
  /** `audit.<action>`. */
  readonly type: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  /** The first target, `<type>/<id>`. */
  readonly subject?: string;
  readonly datacontenttype: 'application/json';
  readonly tenantid: string;
  readonly outcome: string;
  readonly severity: string;
  readonly authtype: string;
  readonly authid?: string;
  readonly traceparent?: string;
  readonly data: AuditEvent;
}

/** https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/authcontext.md */
const AUTH_TYPES: Readonly<Record<ActorType, string>> = {
  user: 'user',
  service: 'service_account',
  api_key: 'api_key',
  system: 'system',
  anonymous: 'unauthenticated',
  unknown: 'unknown',
};

export function toCloudEvent(event: AuditEvent): CloudEvent {
  const { source, actor, targets, context } = event;
  const [target] = targets;
  const traceparent = traceparentOf(context);
  return {
    specversion: '1.0',
    id: event.id,
    source: `/${encodeURIComponent(source.environment)}/${encodeURIComponent(source.service)}`,
    type: `audit.${event.action}`,
    time: event.occurredAt,
    ...(target && { subject: `${target.type}/${target.id}` }),
    datacontenttype: 'application/json',
    tenantid: event.tenantId,
    outcome: event.outcome,
    severity: event.severity,
    authtype: AUTH_TYPES[actor.type],
    ...(isNamed(actor) && { authid: actor.id }),
    ...(traceparent !== undefined && { traceparent }),
    data: event,
  };
}
