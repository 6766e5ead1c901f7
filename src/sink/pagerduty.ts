/** PagerDuty's alerts: Events API v2, one incident an alert, from its firing to its end.
 * https://developer.pagerduty.com/docs/send-alert-event */
import { hash } from 'node:crypto';
import { optionalSecret, secret } from './options.ts';
import { bodiesOf } from './pagerduty/bodies.ts';
import { EVENTS_API_OPTIONS, enqueue, isRoutingKey, judge } from './pagerduty/events-api.ts';
import { type AlertRef, defineAlertSink } from './sink.ts';

interface Keys {
  readonly routingKey: string;
  readonly previousRoutingKey: string | undefined;
}

export const pagerduty = defineAlertSink({
  name: 'pagerduty',
  takes: 'alerts',
  title: 'PagerDuty',
  options: {
    routingKey: secret('The integration key of an Events API v2 integration: 32 characters.'),
    previousRoutingKey: optionalSecret('The one before: what it opened is acknowledged and resolved by it.'),
    ...EVENTS_API_OPTIONS,
  },
  batch: { size: 10, windowMs: 0 },
  // 120 a minute and key: https://developer.pagerduty.com/docs/events-api-v2-overview#rate-limits
  minGapMs: 600,
  burst: 19,

  unfit: ({ routingKey, previousRoutingKey = routingKey }) =>
    [routingKey, previousRoutingKey].every(isRoutingKey) ? undefined : 'routing_key_malformed',

  requests(alert, settings, ref) {
    const key = keyOf(settings, ref);
    // PagerDuty would drop it and say 202: the incident would stay open, and nobody would know.
    if (key === undefined && alert.status === 'resolved') return OTHER_KEY;
    return bodiesOf(alert, key ?? settings.routingKey, settings, ref !== undefined).map((body) =>
      enqueue('/v2/enqueue', settings, body),
    );
  },

  refOf: (_answer, settings, ref) => ({ key: fingerprint(keyOf(settings, ref) ?? settings.routingKey) }),

  judge,
});

/** By which key the alert is known there; undefined if that is not configured any more. */
function keyOf({ routingKey, previousRoutingKey }: Keys, ref: AlertRef | undefined): string | undefined {
  if (ref === undefined) return routingKey;
  return [routingKey, previousRoutingKey].find((key) => key !== undefined && fingerprint(key) === ref.key);
}

/** Tells keys apart, and gives none away: they are random. */
function fingerprint(key: string): string {
  return hash('sha256', key).slice(0, 16);
}

const OTHER_KEY = {
  kind: 'rejected',
  reason: 'other_routing_key',
  detail:
    'the incident was opened with a routing key that is not configured: name it as previousRoutingKey and replay this, or resolve the incident in PagerDuty',
} as const;
