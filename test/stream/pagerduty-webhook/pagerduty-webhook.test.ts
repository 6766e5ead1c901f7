import { expect, test } from '@jest/globals';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';
import { MAX_WEBHOOK_BYTES } from '../../../src/stream/pagerduty-webhook/make-pagerduty-webhook.ts';
import { asAuditEvent, type SystemEvent } from '../../../src/stream/system-audit-event.ts';
import { aDetector } from '../../detect/a-detector.ts';
import { ACKNOWLEDGED, aReceiver, bodyOf, PING, RESOLVED, sample, signed } from './a-webhook.ts';

const key = { incident_key: 'acme/alert-1' };
const BY = { id: 'pagerduty:PJ0LVEB', name: 'PIG 208' };
const API_KEY = 'u-a-key-that-reads-only';

test('a person acknowledges and resolves: it is so here, and on record as theirs', async () => {
  const { send, acts, reported } = aReceiver();
  expect(await send(bodyOf(ACKNOWLEDGED, key))).toEqual({
    status: 200,
    body: { done: 1, already: 0, unknown: 0 },
  });
  expect(await send(bodyOf(RESOLVED, key))).toMatchObject({ status: 200, body: { done: 1 } });
  expect(acts).toEqual([
    { alert: 'acme/alert-1', kind: 'acknowledge', by: BY },
    { alert: 'acme/alert-1', kind: 'resolve', by: BY },
  ]);
  const events = reported.map(recorded);
  expect(events).toMatchObject([
    {
      action: 'alert.acknowledged',
      actor: { type: 'user', ...BY },
      targets: [{ type: 'tenant', id: 'acme' }],
      metadata: { alertId: 'alert-1', through: 'pagerduty', incident: 'PQ1K5C8' },
    },
    { action: 'alert.resolved', actor: { type: 'user', ...BY }, metadata: { incident: 'PCPZE64' } },
  ]);
  for (const event of events) expect(parseAuditEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
});

test('the same webhook again, and one that comes late, change nothing and are not recorded twice', async () => {
  const { send, reported } = aReceiver();
  await send(bodyOf(ACKNOWLEDGED, key));
  for (let i = 0; i < 3; i++)
    expect(await send(bodyOf(ACKNOWLEDGED, key))).toMatchObject({
      status: 200,
      body: { done: 0, already: 1 },
    });
  expect(reported).toHaveLength(1);
});

test('over the detector: acknowledged, resolved, and an acknowledgement after the end does nothing', async () => {
  const { detector, send: happen, store, news } = aDetector({ rules: [{ id: 'login' }] });
  await happen({ tenantId: 'acme' });
  const [record] = await store.records.open('acme', 10);
  const ours = { incident_key: `acme/${record?.alert.alertId}` };
  news();
  const { send, reported } = aReceiver({ act: detector.act });
  expect(await send(bodyOf(ACKNOWLEDGED, ours))).toMatchObject({ body: { done: 1 } });
  expect(await send(bodyOf(RESOLVED, ours))).toMatchObject({ body: { done: 1 } });
  expect(await send(bodyOf(ACKNOWLEDGED, ours))).toMatchObject({ body: { done: 0, already: 1 } });
  expect(news().map(({ change }) => change)).toEqual(['acknowledged', 'resolved']);
  expect(reported.map(({ action }) => action)).toEqual(['alert.acknowledged', 'alert.resolved']);
  const found = await store.records.byId('acme', record?.alert.alertId ?? '');
  expect(found?.record.alert).toMatchObject({ acknowledgedBy: BY, resolvedBy: { kind: 'person', ...BY } });
});

test('an incident without a key is asked for its alerts: all of ours in it are acknowledged, of whatever tenant', async () => {
  const asked: string[] = [];
  const { send, acts } = aReceiver({
    credentials: { secrets: ['the-secret-of-the-subscription'], apiKey: API_KEY },
    api: (url, headers) => {
      expect(headers.get('authorization')).toBe(`Token token=${API_KEY}`);
      asked.push(url);
      const page = url.endsWith('offset=0') ? ['acme/a', 'srv01/HTTP 5xx', null] : ['acme/a', 'globex/b'];
      return Response.json({ alerts: page.map((alert_key) => ({ alert_key })), more: asked.length < 2 });
    },
  });
  const answer = await send(bodyOf(ACKNOWLEDGED, { incident_key: null }));
  expect(answer).toEqual({ status: 200, body: { done: 2, already: 0, unknown: 0 } });
  expect(acts.map(({ alert }) => alert)).toEqual(['acme/a', 'globex/b']);
  expect(asked).toEqual([
    'https://api.pagerduty.com/incidents/PQ1K5C8/alerts?limit=100&offset=0',
    'https://api.pagerduty.com/incidents/PQ1K5C8/alerts?limit=100&offset=100',
  ]);
});

test('an incident of the EU region is asked for there, and the key goes to no address that a webhook names', async () => {
  const hosts: string[] = [];
  const { send } = aReceiver({
    credentials: { secrets: ['the-secret-of-the-subscription'], apiKey: API_KEY },
    api: (url) => {
      hosts.push(new URL(url).host);
      return Response.json({ alerts: [] });
    },
  });
  for (const self of [
    'https://api.eu.pagerduty.com/incidents/P1',
    'https://evil.example/incidents/P1',
    undefined,
  ])
    await send(bodyOf(RESOLVED, { self }));
  expect(hosts).toEqual(['api.eu.pagerduty.com', 'api.pagerduty.com', 'api.pagerduty.com']);
});

test.each([
  ['does not answer', () => Promise.reject(new Error('offline'))],
  ['does not know the key', () => new Response('', { status: 401 })],
  ['is overloaded', () => new Response('', { status: 429 })],
  ['answers something else', () => Response.json([])],
])('PagerDuty %s: it is to send the webhook again, and the key is in no line of the log', async (_, api) => {
  const { send, acts, lines } = aReceiver({
    credentials: { secrets: ['the-secret-of-the-subscription'], apiKey: API_KEY },
    api: api as () => Response,
  });
  expect(await send(bodyOf(ACKNOWLEDGED))).toMatchObject({ status: 503 });
  expect(acts).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain(API_KEY);
});

test('what cannot be done now is to be sent again; what was done meanwhile is not done twice', async () => {
  let isDown = true;
  const happened: string[] = [];
  const { send, reported } = aReceiver({
    credentials: { secrets: ['the-secret-of-the-subscription'], apiKey: API_KEY },
    api: () => Response.json({ alerts: [{ alert_key: 'acme/a' }, { alert_key: 'acme/b' }] }),
    async act(_tenantId, alertId) {
      const record = { alert: { rule: { id: 'r' } } } as never;
      if (alertId === 'a' && isDown) throw new Error('the table does not answer');
      if (happened.includes(alertId)) return { kind: 'already', record };
      happened.push(alertId);
      return { kind: 'done', record };
    },
  });
  expect(await send(bodyOf(ACKNOWLEDGED))).toMatchObject({ status: 503 });
  isDown = false;
  expect(await send(bodyOf(ACKNOWLEDGED))).toMatchObject({ status: 200, body: { done: 1, already: 1 } });
  expect(reported.map(({ metadata }) => metadata?.alertId)).toEqual(['b', 'a']);
});

const agent = (fields: object) => ({ agent: { ...(ACKNOWLEDGED.event.agent as object), ...fields } });
test.each<[string, Buffer, string]>([
  ['a test event', Buffer.from(JSON.stringify(PING)), 'event_type'],
  [
    'an incident that is no longer acknowledged',
    bodyOf(ACKNOWLEDGED, key, { event_type: 'incident.unacknowledged' }),
    'event_type',
  ],
  [
    'an incident that is open again',
    bodyOf(RESOLVED, key, { event_type: 'incident.reopened' }),
    'event_type',
  ],
  ['an event of a kind to come', bodyOf(RESOLVED, key, { event_type: 'toString' }), 'event_type'],
  [
    'our own resolve, which comes back',
    bodyOf(RESOLVED, key, agent({ type: 'inbound_integration_reference' })),
    'not_a_person',
  ],
  ['a timer of PagerDuty’s', bodyOf(RESOLVED, key, { agent: null }), 'not_a_person'],
  ['a person without an id', bodyOf(RESOLVED, key, agent({ id: 'a b' })), 'not_a_person'],
  [
    'an incident that goes on in another',
    bodyOf(RESOLVED, { ...key, resolve_reason: { type: 'merge_resolve_reason' } }),
    'merged',
  ],
  ['no JSON', Buffer.from('{'), 'unreadable'],
  ['no event', Buffer.from('[null]'), 'unreadable'],
  ['no incident', bodyOf(RESOLVED, { ...key, id: '../users' }), 'unreadable'],
])('%s is heard, and nothing is done', async (_, body, why) => {
  const { send, acts, reported } = aReceiver();
  expect(await send(body)).toEqual({ status: 200, body: { ignored: why } });
  expect([acts, reported]).toEqual([[], []]);
});

test('an alert that is not known here is counted in the log, and PagerDuty need not send it again', async () => {
  const { send, lines, reported } = aReceiver();
  const unknown = [
    { incident_key: 'acme/unknown-1' },
    { incident_key: 'srv01/HTTP 5xx' },
    { incident_key: null },
    {},
  ];
  for (const data of unknown)
    expect(await send(bodyOf(ACKNOWLEDGED, data))).toEqual({
      status: 200,
      body: { done: 0, already: 0, unknown: 1 },
    });
  expect(lines.map(([, fields]) => fields)).toMatchObject(
    [1, 2, 3, 4].map((unknownSoFar) => ({ unknownSoFar })),
  );
  expect(lines[2]?.[1]).toMatchObject({ remedy: expect.stringContaining('set apiKey') });
  expect(reported).toEqual([]);
});

test('without the right signature nothing is done, and it is on record as a stranger’s', async () => {
  const { send, webhook, acts, reported } = aReceiver();
  const body = bodyOf(ACKNOWLEDGED, key);
  expect(await send(body, signed(body, 'another-secret'))).toMatchObject({ status: 401 });
  expect(await send(bodyOf(RESOLVED, key), signed(body))).toMatchObject({ status: 401 });
  expect(await webhook({ headers: {}, body })).toMatchObject({ status: 401 });
  expect(acts).toEqual([]);
  const refusal = { action: 'webhook.refused', cause: 'strangers' };
  expect(reported).toMatchObject([
    { ...refusal, reason: { code: 'wrong_signature' }, sourceIp: '203.0.113.7' },
    { ...refusal, reason: { code: 'wrong_signature' } },
    { ...refusal, reason: { code: 'no_signature' } },
  ]);
  for (const event of reported) expect(parseAuditEvent(recorded(event))).toMatchObject({ outcome: 'denied' });
});

test('a secret that was changed is read anew before a signature is refused', async () => {
  const body = bodyOf(ACKNOWLEDGED, key);
  const { send, acts } = aReceiver({ credentials: { secrets: ['old'] }, renewed: { secrets: ['new'] } });
  expect(await send(body, signed(body, 'new'))).toMatchObject({ status: 200, body: { done: 1 } });
  expect(await send(body, signed(body, 'old'))).toMatchObject({ status: 401 });
  expect(acts).toHaveLength(1);
});

test('both secrets are good while one takes over from the other', async () => {
  const body = bodyOf(ACKNOWLEDGED, key);
  const { send } = aReceiver({ credentials: { secrets: ['new', 'old'] } });
  for (const secret of ['new', 'old'])
    expect(await send(body, signed(body, secret))).toMatchObject({ status: 200 });
});

test('a body that is too large is not looked at', async () => {
  const { send, acts } = aReceiver();
  const body = bodyOf(ACKNOWLEDGED, { ...key, title: 'x'.repeat(MAX_WEBHOOK_BYTES) });
  expect(await send(body)).toMatchObject({ status: 413 });
  expect(acts).toEqual([]);
});

test('the event that PagerDuty’s own tests sign is heard', async () => {
  const { body, signature, secret } = sample('signed') as unknown as Readonly<Record<string, string>>;
  const { send } = aReceiver({ credentials: { secrets: [String(secret)] } });
  expect(await send(Buffer.from(String(body)), signature)).toEqual({
    status: 200,
    body: { ignored: 'event_type' },
  });
});

function recorded(event: SystemEvent) {
  return asAuditEvent(event, 0, { id: '01J-1', nowMs: Date.UTC(2026, 10, 1), environment: 'test' });
}
