/** PagerDuty's change events: what happened lately, shown beside the incidents of a service. They notify nobody.
 * https://developer.pagerduty.com/docs/send-change-event */
import { present } from '../domain/mappers/present.ts';
import { sentenceOf } from '../domain/mappers/sentence-of.ts';
import { secret } from './options.ts';
import { line } from './pagerduty/cut.ts';
import {
  EVENTS_API_OPTIONS,
  enqueue,
  isRoutingKey,
  judge,
  MAX_BODY_BYTES,
  MAX_SUMMARY,
} from './pagerduty/events-api.ts';
import { defineSink } from './sink.ts';

const { region, url, dashboardUrl } = EVENTS_API_OPTIONS;
/** What the key adds to an item's text. */
const KEY_BYTES = '{"routing_key":"",'.length + 32;

export const pagerdutyChange = defineSink({
  name: 'pagerduty-change',
  takes: 'events',
  title: 'PagerDuty change events',
  options: {
    routingKey: secret('The integration key of an Events API v2 integration on the service: 32 characters.'),
    region,
    url,
    dashboardUrl,
  },
  batch: { size: 10, windowMs: 0 },
  limits: { items: 1, itemBytes: MAX_BODY_BYTES - KEY_BYTES, bytes: MAX_BODY_BYTES, around: KEY_BYTES },

  fault: ({ filter }) =>
    filter === undefined
      ? 'filter is missing; it must say which events are changes, such as {"category": ["configuration"]}: PagerDuty takes 120 a minute'
      : undefined,

  unfit({ routingKey }) {
    if (!isRoutingKey(routingKey)) return 'routing_key_malformed';
    // Of a ruleset: https://developer.pagerduty.com/docs/send-change-event
    return routingKey.startsWith('R') ? 'routing_key_of_a_ruleset' : undefined;
  },

  item(event, { dashboardUrl }) {
    const { actor, action, id, occurredAt, outcome, severity, source, targets, tenantId } = event;
    const { changes, reason, labels, context } = event;
    const payload = {
      summary: line(sentenceOf(event), MAX_SUMMARY, action),
      timestamp: occurredAt,
      source: source.service,
      custom_details: {
        ...{ id, tenantId, action, outcome, severity },
        ...{ actor: { type: actor.type, id: actor.id, ...present({ name: actor.name }) }, targets, source },
        ...present<unknown>({ changes, reason, labels, traceId: context?.traceId }),
      },
    };
    const links = dashboardUrl === undefined ? [] : [{ href: dashboardUrl, text: 'Audit Stream' }];
    return { kind: 'item', text: JSON.stringify({ payload, links }) };
  },

  // The key is put in at each try: it may have been changed.
  request([{ text } = { text: '{}' }], settings) {
    const key = `{"routing_key":"${settings.routingKey}",`;
    return enqueue('/v2/change/enqueue', settings, key + text.slice(1));
  },

  judge,
});
