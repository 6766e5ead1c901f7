/** Makes an alert of whatever came, or says everything that is wrong with it, as `parseAuditEvent` does for events. */
import { ACTOR_TYPES, OUTCOMES, SEVERITIES } from '../event/audit-event.ts';
import { AuditEventError } from '../event/audit-event-error.ts';
import { cleanLine } from '../event/clean-text.ts';
import { ACTION, MAX_ACTION_LENGTH } from '../event/event-shape.ts';
import {
  listOf,
  mapOf,
  name,
  objectOf,
  oneOf,
  sentence,
  text,
  timestamp,
  whole,
} from '../event/field-kinds.ts';
import { type Read, Reading } from '../event/reading.ts';
import { TENANT_ID } from '../tenant-id.ts';
import { ALERT_CHANGES, ALERT_STATUSES, type Alert, RULE_KINDS, SUPPRESSIONS } from './alert.ts';

/** Checks and cleans a notice; the answer is a copy, and parsing it again changes nothing.
 * @throws AuditEventError with every fault at once, and nothing else, whatever comes. */
export function parseAlert(value: unknown): Alert {
  const at = new Reading();
  let alert: Alert | undefined;
  try {
    alert = alertShape(value, at) as Alert | undefined;
  } catch (cause) {
    // Getters that throw, revoked proxies: nothing that came out of JSON.
    throw new AuditEventError([{ path: at.here(), message: 'could not be read; send plain JSON data' }], {
      cause,
    });
  }
  if (alert === undefined || at.issues.length > 0) throw new AuditEventError(at.issues);
  return alert;
}

const ID = /^[A-Za-z0-9._:-]+$/;
/** As destinations are named. */
const CHANNEL = /^[a-z][a-z0-9-]*$/;
const id = name(64, ID, 'a UUIDv7 or ULID');
const key = name(1024);
const label = text(2048);
const nested = (shape: Readonly<Record<string, Read>>) =>
  objectOf(shape, 'check the spelling, or put it under labels', 'the alert');

const address: Read = (value, at) => {
  if (typeof value === 'string' && value.length <= 2_048 && URL.canParse(value) && /^https?:/i.test(value))
    return label(value, at);
  return at.fault('must be an address that begins with https:// or http://', value);
};

const person = { 'id!': key, name: label };
const resolvedBy: Read = (value, at) => {
  const { kind } = (value ?? {}) as { readonly kind?: unknown };
  const more = kind === 'event' ? { 'eventId!': id } : kind === 'person' ? person : {};
  return nested({ 'kind!': oneOf(['quiet', 'event', 'person', 'rule']), ...more })(value, at);
};

/** A name with `!` is required. */
const alertShape: Read = nested({
  'schemaVersion!': oneOf(['1.0']),
  'id!': id,
  'tenantId!': name(64, TENANT_ID, 'acme'),
  'alertId!': id,
  'sequence!': whole(1),
  'status!': oneOf(ALERT_STATUSES),
  'change!': oneOf(ALERT_CHANGES),
  'occurredAt!': timestamp,
  'severity!': oneOf(SEVERITIES),
  'rule!': nested({
    'id!': key,
    'name!': label,
    'kind!': oneOf(RULE_KINDS),
    owner: label,
    runbookUrl: address,
  }),
  'title!': (value, at) => sentence(256)(typeof value === 'string' ? cleanLine(value) : value, at),
  message: sentence(4_096),
  group: mapOf(label, 16),
  'count!': whole(0),
  'firstAt!': timestamp,
  'lastAt!': timestamp,
  samples: listOf(
    nested({
      'id!': id,
      'occurredAt!': timestamp,
      'action!': name(MAX_ACTION_LENGTH, ACTION, 'invoice.approved'),
      'outcome!': oneOf(OUTCOMES),
      'actor!': nested({ 'type!': oneOf(ACTOR_TYPES), 'id!': key, name: label }),
      message: sentence(1_024),
    }),
    { max: 10, over: 'cut' },
  ),
  links: listOf(nested({ 'url!': address, 'text!': label }), { max: 10, over: 'cut' }),
  images: listOf(nested({ 'url!': address, 'alt!': label }), { max: 4, over: 'cut' }),
  labels: mapOf(label, 64),
  acknowledgedBy: nested(person),
  channels: (value, at) =>
    Array.isArray(value) && value.length === 0
      ? at.fault('must name a channel; leave it out for all', value)
      : listOf(name(40, CHANNEL, 'slack'), { max: 100, over: 'refuse' })(value, at),
  suppressedBy: nested({ 'kind!': oneOf(SUPPRESSIONS), 'id!': key }),
  resolvedBy,
});
