/** Webhooks as PagerDuty sends them, signed, and a receiver that keeps what it did. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Detector, PersonAct } from '../../../src/detect/detector.ts';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import type { PagerDutyCredentials } from '../../../src/stream/pagerduty-webhook/credentials.ts';
import { makeIncidentKeys } from '../../../src/stream/pagerduty-webhook/incident-keys.ts';
import { makePagerDutyWebhook } from '../../../src/stream/pagerduty-webhook/make-pagerduty-webhook.ts';
import type { SystemEvent } from '../../../src/stream/system-audit-event.ts';
import { anAlert } from '../../builders/an-alert.ts';

export const SECRET = 'the-secret-of-the-subscription';
export const ACKNOWLEDGED = sample('acknowledged');
export const RESOLVED = sample('resolved');
export const PING = sample('ping');

interface Envelope {
  readonly event: { readonly data: object } & Readonly<Record<string, unknown>>;
}

export function sample(name: string): Envelope {
  const file = new URL(`../../data/pagerduty-webhooks/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Envelope;
}

/** The sample with other fields of the event, and of the incident. */
export function bodyOf({ event }: Envelope, data: object = {}, fields: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ event: { ...event, ...fields, data: { ...event.data, ...data } } }));
}

export function signed(body: Uint8Array, ...secrets: readonly string[]): string {
  return (secrets.length > 0 ? secrets : [SECRET])
    .map((secret) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`)
    .join(',');
}

interface SetUp {
  readonly credentials?: PagerDutyCredentials;
  /** What the credentials are once they are read anew. */
  readonly renewed?: PagerDutyCredentials;
  readonly act?: Detector['act'];
  /** What PagerDuty's REST API answers. */
  readonly api?: (url: string, headers: Headers) => Response;
}

export function aReceiver({ credentials = { secrets: [SECRET] }, renewed, act, api }: SetUp = {}) {
  const acts: (PersonAct & { readonly alert: string })[] = [];
  const reported: SystemEvent[] = [];
  const lines: (readonly [string, unknown])[] = [];
  const done = new Set<string>();
  let known = credentials;
  const webhook = makePagerDutyWebhook({
    credentials: {
      get: async () => known,
      refuse() {
        if (renewed) known = renewed;
        return renewed !== undefined;
      },
    },
    incidentKeys: makeIncidentKeys({
      fetch: async (url, init) => {
        if (!api) throw new Error('nothing is to be asked');
        return api(String(url), new Headers(init?.headers));
      },
    }),
    async act(tenantId, alertId, personAct) {
      if (act) return act(tenantId, alertId, personAct);
      const alert = `${tenantId}/${alertId}`;
      acts.push({ alert, ...personAct });
      const record = recordOf(alertId);
      if (alertId.startsWith('unknown')) return { kind: 'unknown' };
      if (done.has(`${alert} ${personAct.kind}`)) return { kind: 'already', record };
      done.add(`${alert} ${personAct.kind}`);
      return { kind: 'done', record };
    },
    systemEvents: { report: (event) => void reported.push(event) },
    log: (_level, message, fields) => void lines.push([message, fields]),
  });
  const send = (body: Uint8Array, signature = signed(body)) =>
    webhook({ headers: { 'X-PagerDuty-Signature': signature }, body, sourceIp: '203.0.113.7' });
  return { webhook, send, acts, reported, lines };
}

function recordOf(alertId: string): AlertRecord {
  return { alert: anAlert({ alertId }) } as AlertRecord;
}
