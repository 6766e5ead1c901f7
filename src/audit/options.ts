/** What a service may say about its records, checked once when the handler is made: a wrong option is a bug to see at once. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { ACTION, MAX_ACTION_LENGTH } from '../domain/event/event-shape.ts';
import { isServiceName, SERVICE_NAME_FORM } from '../domain/service-name.ts';
import { isTenantId } from '../domain/tenant-id.ts';
import { MODES, type Mode } from './delivery/choose.ts';
import type { Deliver } from './delivery/deliver.ts';
import { ROOTS, stepsOf } from './redact/paths.ts';

export interface AuditOptions {
  /** The service's name: `source.service`, and `audit.<service>` as the event's source on the bus. */
  readonly service: string;
  /** Default: `AUDIT_STREAM_ENVIRONMENT`, or `default`. */
  readonly environment?: string;
  /** Release of the service. */
  readonly version?: string;
  /** Whose record it is. A function gets the invocation's event; nothing or a throw gives `default`. Default: `default`. */
  readonly tenantId?: string | ((event: unknown) => string | undefined);
  /** Names of actions by route, or by default name: `{ 'POST /orders': 'order.placed', 'queue.consumed': 'order.shipped' }`.
   * Default: made of the route and the method. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Adds what only the service knows; answers the whole record. What it throws is counted, and the record stays as it was. */
  readonly enrich?: (record: AuditEvent, event: unknown) => AuditEvent;
  /** Headers that are kept, in any case. Replaces the default list. Those that hold a credential are masked all the same. */
  readonly headers?: readonly string[];
  /** Which bodies are kept. Secrets in them are masked, and what is longer than `maxBodyBytes` is cut. Default: `none`. */
  readonly bodies?: (typeof BODIES)[number];
  /** Of one body; binary ones are never kept. Default: 16 KB; at most 64 KB. */
  readonly maxBodyBytes?: number;
  /** Places to mask besides, by path: `http.request.body.customer.iban`, `metadata.*.phone`, `targets[*].name`. */
  readonly redact?: readonly string[];
  /** Proxies of one's own in front of the API: so many addresses of `X-Forwarded-For`, from its end, are theirs. Default: 0. */
  readonly trustedProxies?: number;
  /** Which invocations leave a record: not health checks, for instance. What `audit.record` says always does. Default: all. */
  readonly when?: (record: AuditEvent, event: unknown) => boolean;
  /** When records are sent to the bus: see docs/middleware.md, "Delivery". `awaited` adds a network call to every
   * response. Default: `after-response` if there is a bus, else `journal`. */
  readonly delivery?: Mode;
  /** Name or ARN of the bus. Default: `AUDIT_STREAM_BUS`; without one records go to the journal. */
  readonly bus?: string;
  /** Where records go instead, in a way of one's own; awaited before the response. */
  readonly deliver?: Deliver;
  /** Writes performance metrics to stdout in the Embedded Metric Format. Default: true in Lambda. */
  readonly metrics?: boolean;
  readonly now?: () => number;
  /** Milliseconds that only grow, with fractions. Default: `performance.now`. */
  readonly elapsedMs?: () => number;
  readonly newId?: (nowMs: number) => string;
  /** Told of each failure inside the middleware: where, and the error's name. Default: a line of JSON on stderr. */
  readonly onFailure?: (failure: AuditFailure) => void;
}

/** Something of the middleware's own went wrong; the handler did not notice. */
export interface AuditFailure {
  readonly at: 'before' | 'record' | 'said' | 'enrich' | 'when' | 'register' | 'spool' | 'deliver';
  readonly error: string;
}

const NAMES = new Set([
  'service',
  'environment',
  'version',
  'tenantId',
  'actions',
  'enrich',
  'when',
  'headers',
  'bodies',
  'maxBodyBytes',
  'redact',
  'trustedProxies',
  'delivery',
  'bus',
  'deliver',
  'metrics',
  'now',
  'elapsedMs',
  'newId',
  'onFailure',
]);
const FUNCTIONS = ['enrich', 'when', 'deliver', 'onFailure', 'now', 'elapsedMs', 'newId'] as const;
const BODIES = ['none', 'request', 'response', 'both'] as const;
/** Two of them and the rest of the record fit into one entry of the bus. */
const MAX_BODY_BYTES = 64 * 1_024;

/** @throws TypeError that names the option, the kind of what it got, and the remedy. */
export function checkOptions(options: AuditOptions): void {
  const unknown = Object.keys(options).find((name) => !NAMES.has(name));
  if (unknown) fault(unknown, `is no option; there are ${[...NAMES].join(', ')}`);
  if (!isServiceName(options.service))
    fault('service', `must be ${SERVICE_NAME_FORM}, and is ${kindOf(options.service)}`);
  for (const name of ['environment', 'version'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && !isName(value))
      fault(name, `must be a text of 1 to ${MAX_NAME} characters, and is ${kindOf(value)}`);
  }
  for (const [route, action] of Object.entries(options.actions ?? {}))
    if (!ACTION.test(action) || action.length > MAX_ACTION_LENGTH)
      fault(`actions["${route}"]`, 'must be dot.case with at least one dot, as "order.placed"');
  const { tenantId } = options;
  if (tenantId !== undefined && typeof tenantId !== 'function' && !isTenantId(tenantId))
    fault('tenantId', `must be a tenant as "acme", or a function of the event, and is ${kindOf(tenantId)}`);
  for (const name of FUNCTIONS)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      fault(name, `must be a function, and is ${kindOf(options[name])}`);
  const headers: unknown = options.headers ?? [];
  if (!Array.isArray(headers) || headers.some((name) => typeof name !== 'string'))
    fault('headers', `must be a list of names as ["accept"], and is ${kindOf(headers)}`);
  const { bodies = 'none', maxBodyBytes = 1, redact = [] } = options;
  if (!BODIES.includes(bodies))
    fault('bodies', `must be one of ${BODIES.join(', ')}, and is ${kindOf(bodies)}`);
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1 || maxBodyBytes > MAX_BODY_BYTES)
    fault(
      'maxBodyBytes',
      `must be a whole number from 1 to ${MAX_BODY_BYTES}, and is ${kindOf(maxBodyBytes)}`,
    );
  for (const path of redact)
    if (typeof path !== 'string' || !ROOTS.includes(stepsOf(path)[0] as string))
      fault('redact', `takes paths that begin with ${ROOTS.join(', ')}, and has ${kindOf(path)}`);
  const { delivery, bus, deliver, metrics }: { readonly [Name in keyof AuditOptions]?: unknown } = options;
  if (delivery !== undefined && !MODES.includes(delivery as Mode))
    fault('delivery', `must be one of ${MODES.join(', ')}, and is ${kindOf(delivery)}`);
  if (bus !== undefined && !isName(bus)) fault('bus', `must be a bus’s name or ARN, and is ${kindOf(bus)}`);
  if (deliver !== undefined && (delivery ?? bus) !== undefined)
    fault('deliver', 'takes the place of delivery and bus; leave these out');
  if (metrics !== undefined && typeof metrics !== 'boolean')
    fault('metrics', `must be true or false, and is ${kindOf(metrics)}`);
  const { trustedProxies = 0 } = options;
  if (!Number.isInteger(trustedProxies) || trustedProxies < 0)
    fault('trustedProxies', `must be a whole number from 0, and is ${kindOf(trustedProxies)}`);
}

/** The event's own limit for such a name. */
const MAX_NAME = 1_024;

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME;
}

function fault(option: string, message: string): never {
  throw new TypeError(`audit(): option ${option} ${message}.`);
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text of another form';
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : value === undefined ? 'missing' : `a ${typeof value}`;
}
