/** What PagerDuty's alerts and change events have in common: one Events API v2, its keys, regions, rate and errors.
 * https://developer.pagerduty.com/docs/events-api-v2-overview */
import { type Answer, retryAfterMs } from '../judge-status.ts';
import { choice, optionalText } from '../options.ts';
import type { SinkRequest } from '../sink.ts';
import type { Verdict } from '../verdict.ts';

const isAddress = (value: unknown) =>
  typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);

export const EVENTS_API_OPTIONS = {
  region: choice(
    'Where the PagerDuty account is: a key of one region is unknown in the other.',
    ['us', 'eu'],
    'us',
  ),
  url: optionalText('Where to send instead of the region: a proxy, or a stand-in.', {
    wanted: 'must be an address that begins with https:// or http://',
    isRight: isAddress,
  }),
  client: optionalText('What PagerDuty calls this system. Default: Audit Stream.'),
  dashboardUrl: optionalText('Where people look on: PagerDuty links to it.', {
    wanted: 'must be an address that begins with https:// or http://',
    isRight: isAddress,
  }),
};

/** Of the whole body. https://developer.pagerduty.com/docs/events-api-v2-overview#size-limits */
export const MAX_BODY_BYTES = 512_000;

/** In code points. https://developer.pagerduty.com/docs/send-alert-event */
export const MAX_SUMMARY = 1_024;

export function enqueue(
  path: '/v2/enqueue' | '/v2/change/enqueue',
  { url, region }: { readonly url?: string | undefined; readonly region: 'us' | 'eu' },
  body: string,
): SinkRequest {
  const host = region === 'eu' ? 'events.eu.pagerduty.com' : 'events.pagerduty.com';
  return {
    method: 'POST',
    url: `${(url ?? `https://${host}`).replace(/\/+$/, '')}${path}`,
    headers: { 'content-type': 'application/json' },
    body,
    gzip: false,
  };
}

/** Integration keys are 32 characters. https://developer.pagerduty.com/docs/send-alert-event */
export function isRoutingKey(text: string): boolean {
  return /^[\w-]{32}$/.test(text);
}

/** 202 is PagerDuty's only yes; a proxy's page is none. A 400 is about the key, or about this one event.
 * https://developer.pagerduty.com/docs/events-api-v2-overview#api-response-codes--retry-logic */
export function judge(answer: Answer, _count: number, nowMs: number): Verdict | undefined {
  const { status } = answer;
  if (status === 202) return { kind: 'delivered' };
  if (status >= 200 && status < 300) return { kind: 'retry', reason: 'unexpected_answer', status };
  // "A few minutes", and no header says how many: https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic
  if (status === 429)
    return { kind: 'retry', reason: 'http_429', status, afterMs: retryAfterMs(answer, nowMs) ?? PAUSE_MS };
  if (status !== 400) return undefined;
  const said = complaints(answer.body);
  if (said.some((text) => /routing.?key/i.test(text)))
    return { kind: 'misconfigured', reason: 'routing_key_refused', status };
  const fields = [...new Set(said.flatMap((text) => text.match(/'[\w.[\]]{1,64}'/g) ?? []))];
  return {
    kind: 'rejected',
    reason: 'http_400',
    status,
    ...(fields.length > 0 && { detail: `PagerDuty does not take ${fields.slice(0, 5).join(', ')}` }),
  };
}

function complaints(body: string): readonly string[] {
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown };
    return [message, ...(Array.isArray(errors) ? errors : [])].filter((one) => typeof one === 'string');
  } catch {
    return [];
  }
}

const PAUSE_MS = 120_000;
