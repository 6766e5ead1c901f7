/** PagerDuty's Events API v2: alerts and change events; what is open is known by its `dedup_key`.
 * https://developer.pagerduty.com/docs/events-api-v2-overview */
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { type Answer, json, mediaType } from '../http/answer.ts';
import {
  address,
  all,
  anObject,
  type Check,
  fields,
  listOf,
  oneOf,
  parsed,
  text,
  time,
  wrong,
} from './contract.ts';
import { makeRate } from './rate.ts';
import { remembered } from './remembered.ts';
import { pauseOf, type ReceivedItem, type StandIn } from './stand-in.ts';

/** https://developer.pagerduty.com/docs/send-alert-event#parameters */
const MAX_BYTES = 512 * 1_000;
/** A key, a minute. https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic */
const RATE = { most: 120, windowMs: 60_000 };

const KEY = text({ least: 32, most: 32, form: /^[A-Za-z0-9]*$/, called: 'key of 32 letters and digits' });
const SUMMARY = text({ least: 1, most: 1_024 });
const attached = {
  links: listOf(fields({ 'href!': address, text: text() })),
  images: listOf(
    fields({
      'src!': all(address, text({ form: /^https:/i, called: 'https address' })),
      href: address,
      alt: text(),
    }),
  ),
};
const payload = {
  'summary!': SUMMARY,
  'source!': text({ least: 1 }),
  'severity!': oneOf('critical', 'error', 'warning', 'info'),
  timestamp: time,
  component: text(),
  group: text(),
  class: text(),
  custom_details: anObject,
};
const ALERT: Check = all(
  fields({
    'routing_key!': KEY,
    'event_action!': oneOf('trigger', 'acknowledge', 'resolve'),
    dedup_key: text({ least: 1, most: 255 }),
    client: text(),
    client_url: address,
    payload: fields(payload),
    ...attached,
  }),
  (value, path) => {
    if (!isObject(value)) return [];
    const needed = value.event_action === 'trigger' ? 'payload' : 'dedup_key';
    return value[needed] === undefined ? wrong(`${path}.${needed}`, 'is missing') : [];
  },
);
const CHANGE: Check = fields({
  'routing_key!': KEY,
  'payload!': fields({ 'summary!': SUMMARY, source: text(), timestamp: time, custom_details: anObject }),
  ...attached,
});

export const pagerduty: StandIn = {
  name: 'pagerduty',
  sink: 'pagerduty',
  newKeys: (random) => ({ routingKey: random(16).toString('hex') }),
  options: (url) => ({ url }),
  open(keys) {
    const open = remembered<'triggered' | 'acknowledged'>();
    const triggered = remembered<{ readonly summary: string; readonly tenantId: string | undefined }>();
    const rate = makeRate(RATE);
    return {
      read({ method, path, headers, body, nowMs }) {
        const { value, faults } = parsed(body);
        const event = isObject(value) ? value : {};
        const check = path === '/v2/enqueue' ? ALERT : path === '/v2/change/enqueue' ? CHANGE : undefined;
        const misplaced =
          check && method === 'POST' ? [] : wrong('path', 'must be POST /v2/enqueue or /v2/change/enqueue');
        const tooLong =
          Buffer.byteLength(body) > MAX_BYTES ? wrong('body', `must have at most ${MAX_BYTES} bytes`) : [];
        const malformed: readonly Fault[] = [
          ...(mediaType(headers) === 'application/json'
            ? []
            : wrong('content-type', 'must be application/json')),
          ...faults,
          ...(faults.length > 0 ? [] : (check?.(value, 'body') ?? [])),
        ];
        const unknown =
          malformed.length === 0 && event.routing_key !== keys().routingKey
            ? wrong('body.routing_key', 'is not the key that was given out')
            : [];
        return {
          operation: `${method} ${path}`,
          problems: [...misplaced, ...tooLong, ...malformed, ...unknown],
          items: [itemOf(event)],
          take() {
            if (misplaced.length > 0) return json(404, { status: 'not found' });
            if (tooLong.length > 0) return json(413, { status: 'Payload too large' });
            if (malformed.length > 0)
              return invalid(
                malformed.map(({ path: at, message }) => `'${at.replace('body.', '')}' ${message}`),
              );
            if (unknown.length > 0) return invalid(['Invalid routing key']);
            const seconds = rate.take(String(event.routing_key), nowMs);
            if (seconds > 0) return throttled({ 'retry-after': String(seconds) });
            return check === CHANGE
              ? json(202, { status: 'success', message: 'Event processed' })
              : taken(event);
          },
        };
      },
      refuse(why) {
        if (why.kind === 'wrong-key') return invalid(['Invalid routing key']);
        return why.kind === '429'
          ? throttled(pauseOf(why))
          : json(Number(why.kind), { status: 'error', message: 'Internal Server Error' });
      },
    };

    /** 202 even where it changes nothing: what is not open cannot be acknowledged or resolved, and that is not said.
     * https://developer.pagerduty.com/docs/send-alert-event#event-action-behavior */
    function taken({ event_action: action, dedup_key: given }: Readonly<Record<string, unknown>>): Answer {
      const dedup_key = typeof given === 'string' ? given : crypto.randomUUID().replaceAll('-', '');
      if (action === 'trigger' && !open.has(dedup_key)) open.set(dedup_key, 'triggered');
      if (action === 'acknowledge' && open.has(dedup_key)) open.set(dedup_key, 'acknowledged');
      if (action === 'resolve') open.delete(dedup_key);
      return json(202, { status: 'success', message: 'Event processed', dedup_key });
    }

    /** Only a trigger says whose it is. */
    function itemOf(event: Readonly<Record<string, unknown>>): ReceivedItem {
      const { summary, custom_details: details } = isObject(event.payload) ? event.payload : {};
      const { noticeId, id, tenantId } = isObject(details) ? details : {};
      const action = String(event.event_action ?? 'change');
      const key = String(event.dedup_key ?? '');
      const known = triggered.get(key);
      const whose = typeof tenantId === 'string' ? tenantId : known?.tenantId;
      const isUnheard = (action === 'acknowledge' || action === 'resolve') && !open.has(key);
      const what = summary ?? known?.summary;
      if (action === 'trigger') triggered.set(key, { summary: String(summary), tenantId: whose });
      return {
        id: String(noticeId ?? id ?? key),
        ...(whose !== undefined && { tenantId: whose }),
        line: `${action}: ${what ?? key}${isUnheard ? ' (nothing is open by this key: dropped)' : ''}`,
      };
    }
  },
};

/** The same API, of another integration. Few events: it takes 120 a minute. */
export const pagerdutyChange: StandIn = {
  ...pagerduty,
  name: 'pagerduty-change',
  sink: 'pagerduty-change',
  options: (url) => ({ url, filter: { category: ['configuration'], severity: ['medium', 'high'] } }),
};

function invalid(errors: readonly string[]): Answer {
  return json(400, { status: 'invalid event', message: 'Event object is invalid', errors });
}

function throttled(headers: Readonly<Record<string, string>>): Answer {
  return json(
    429,
    {
      status: 'throttle exceeded',
      message: 'Requests for this service are arriving too quickly.  Please retry later.',
    },
    headers,
  );
}
