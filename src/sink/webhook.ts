/** Any HTTPS endpoint, signed as Standard Webhooks has it: one event a request.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { createHmac } from 'node:crypto';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { toCloudEvent } from '../domain/mappers/to-cloud-event.ts';
import { toOcsf } from '../domain/mappers/to-ocsf.ts';
import { address, choice, flag, optionalSecret, secret, text } from './options.ts';
import { defineSink } from './sink.ts';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure; a
 * CloudEvent is the whole body by a specification of its own. */
const FORMATS = {
  event: (event: AuditEvent): object => ({ type: 'audit.event', timestamp: event.occurredAt, data: event }),
  ocsf: (event: AuditEvent) => ({
    type: 'audit.event.ocsf',
    timestamp: event.occurredAt,
    data: toOcsf(event),
  }),
  cloudevents: toCloudEvent,
};
const FORMAT_NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

export const webhook = defineSink({
  name: 'webhook',
  takes: 'events',
  title: 'Signed webhook',
  options: {
    url: text('Where events are posted.', address),
    secret: secret('What requests are signed with: 24 to 64 random bytes in base64, "whsec_" before them.'),
    previousSecret: optionalSecret('The one before, while receivers change over: both signatures are sent.'),
    format: choice('What the body is.', FORMAT_NAMES, 'event'),
    allowPrivateAddresses: flag('Whether it may be an address within the network.', false),
  },
  batch: { size: 100, windowMs: 0 },
  limits: { items: 1, itemBytes: 1_000_000, bytes: 1_000_000, parallel: 10 },

  item: (event, { format }) => ({
    kind: 'item',
    // Made of the event, so that it is the same however often it is sent; an id is its tenant's.
    key: `${event.tenantId}:${event.id}`,
    text: JSON.stringify(FORMATS[format](event)),
  }),

  request([item], settings, nowMs) {
    const { key = '', text: body = '' } = item ?? {};
    const seconds = Math.floor(nowMs / 1_000);
    const sign = (secretText: string) =>
      `v1,${createHmac('sha256', bytesOf(secretText)).update(`${key}.${seconds}.${body}`).digest('base64')}`;
    const { url, format, secret: current, previousSecret, allowPrivateAddresses } = settings;
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': format === 'cloudevents' ? 'application/cloudevents+json' : 'application/json',
        'webhook-id': key,
        // Of this try: a receiver refuses what is older than its tolerance.
        'webhook-timestamp': String(seconds),
        'webhook-signature': [current, previousSecret].flatMap((one) => (one ? [sign(one)] : [])).join(' '),
      },
      body,
      gzip: false,
      isPublicOnly: !allowPrivateAddresses,
    };
  },

  /** The receiver knows this id already. */
  judge: ({ status }) => (status === 409 ? { kind: 'delivered' } : undefined),
});

function bytesOf(secretText: string): Buffer {
  return Buffer.from(secretText.replace(/^whsec_/, ''), 'base64');
}
