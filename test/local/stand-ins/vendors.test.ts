/** What each stand-in answers, as its vendor would: to the right, the wrong, and what it has had before. */
import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { datadog } from '../../../src/local/stand-ins/datadog.ts';
import { email } from '../../../src/local/stand-ins/email.ts';
import { opensearch } from '../../../src/local/stand-ins/opensearch.ts';
import { pagerduty } from '../../../src/local/stand-ins/pagerduty.ts';
import { s3 } from '../../../src/local/stand-ins/s3.ts';
import { slack } from '../../../src/local/stand-ins/slack.ts';
import { slackWebhook } from '../../../src/local/stand-ins/slack-webhook.ts';
import type { Received, StandIn } from '../../../src/local/stand-ins/stand-in.ts';
import { webhook } from '../../../src/local/stand-ins/webhook.ts';
import { signedHeaders } from '../../../src/sigv4/signer.ts';
import { aRequest } from './a-request.ts';

const ADDRESS = 'http://127.0.0.1:1/x';
const bytes = (count: number) => Buffer.alloc(count, 7);

/** Open, with its keys, and a way to send it something. */
function open(standIn: StandIn) {
  const keys = standIn.newKeys(bytes, ADDRESS);
  const credentials = standIn.newCredentials?.(bytes) ?? { accessKeyId: '', secretAccessKey: '' };
  const vendor = standIn.open(
    () => keys,
    () => credentials,
  );
  const send = (request: Received) => {
    const reading = vendor.read(request);
    const { status, headers, body } = reading.take();
    const text = String(body ?? '');
    const isJson = headers?.['content-type']?.startsWith('application/json');
    return { ...reading, status, headers, answer: isJson ? JSON.parse(text) : text };
  };
  return { keys, credentials, vendor, send };
}

test('datadog: 202, or as the fault is', () => {
  const { keys, send } = open(datadog);
  const logs = (value: unknown, headers = {}) =>
    send(
      aRequest({
        path: '/api/v2/logs',
        headers: { 'dd-api-key': keys.apiKey ?? '', ...headers },
        body: JSON.stringify(value),
      }),
    );
  expect(logs([{ message: 'm' }])).toMatchObject({ status: 202, answer: {}, problems: [] });
  expect(logs([{ message: 'm' }], { 'dd-api-key': 'other' })).toMatchObject({
    status: 403,
    answer: { errors: [{ status: '403' }] },
  });
  expect(send(aRequest({ path: '/api/v2/logs', body: '[]' }))).toMatchObject({ status: 401 });
  expect(logs([{ text: 'no message' }])).toMatchObject({
    status: 400,
    problems: [{ path: 'body[0].message', message: 'is missing' }],
  });
  expect(logs(Array(1_001).fill({ message: 'm' }))).toMatchObject({ status: 413 });
  expect(logs(Array(6).fill({ message: 'x'.repeat(900_000) }))).toMatchObject({ status: 413 });
});

test('datadog: what it would spoil without a word is taken, and told', () => {
  const { keys, send } = open(datadog);
  const log = (fields: object) =>
    send(
      aRequest({
        path: '/api/v2/logs',
        headers: { 'dd-api-key': keys.apiKey ?? '' },
        body: JSON.stringify([{ message: 'm', ...fields }]),
        nowMs: 1e12,
      }),
    );
  expect(log({ timestamp: 1e12 - 18 * 3_600_000 })).toMatchObject({ status: 202, problems: [] });
  expect(log({ timestamp: 1e12 - 18 * 3_600_000 - 1 })).toMatchObject({
    status: 202,
    problems: [{ path: 'body[0].timestamp' }],
  });
  expect(log({ message: 'x'.repeat(1_000_001) })).toMatchObject({
    status: 202,
    problems: [{ path: 'body[0]' }],
  });
});

test('opensearch: an id is created once in its index, and one bad document is refused alone', () => {
  const { keys, send } = open(opensearch);
  const headers = {
    authorization: `Basic ${Buffer.from(`audit:${keys.password}`).toString('base64')}`,
    'content-type': 'application/x-ndjson',
  };
  const bulk = (body: string) => send(aRequest({ path: '/_bulk', headers, body }));
  const line = (id: string, document: object = { '@timestamp': 't', event: { id } }) =>
    `${JSON.stringify({ create: { _index: 'audit-2026.11', _id: id } })}\n${JSON.stringify(document)}\n`;
  const statuses = ({ answer }: { answer: { items: { create: { status: number } }[] } }) =>
    answer.items.map(({ create }) => create.status);

  expect(statuses(bulk(line('a') + line('b')))).toEqual([201, 201]);
  expect(bulk(line('a'))).toMatchObject({
    status: 200,
    answer: { errors: true, items: [{ create: { status: 409 } }] },
    problems: [],
  });
  expect(statuses(bulk(line('c') + line('d', { event: {} }) + line('e')))).toEqual([201, 400, 201]);
  expect(bulk(line(`${'é'.repeat(257)}`))).toMatchObject({ problems: [{ path: 'body[0].create._id' }] });
  expect(bulk(line('f').trimEnd())).toMatchObject({
    status: 400,
    problems: [{ message: 'must end with a newline' }],
  });
  expect(bulk('{"index":{"_index":"a","_id":"g"}}\n{}\n')).toMatchObject({ status: 400 });
  expect(send(aRequest({ path: '/_bulk', body: line('h') }))).toMatchObject({ status: 401 });
});

test('opensearch: a template is there once it was made, and a policy is changed only by who knows its version', () => {
  const { keys, send } = open(opensearch);
  const headers = { authorization: `Basic ${Buffer.from(`audit:${keys.password}`).toString('base64')}` };
  const ask = (method: string, path: string, body?: object, query = '') =>
    send(aRequest({ method, path, query, headers, body: JSON.stringify(body) ?? '' }));
  const template = '/_index_template/audit-events';
  const policy = '/_plugins/_ism/policies/audit-events';
  const kept = {
    policy: { default_state: 'kept', states: [{ name: 'kept', actions: [], transitions: [] }] },
  };

  expect(ask('GET', template)).toMatchObject({ status: 404 });
  expect(ask('PUT', template, { version: 1 })).toMatchObject({ status: 400 });
  expect(ask('PUT', template, { index_patterns: ['audit-*'], version: 3 })).toMatchObject({ status: 200 });
  expect(ask('GET', template).answer).toEqual({ index_templates: [{ index_template: { version: 3 } }] });
  expect(ask('PUT', policy, kept)).toMatchObject({ status: 201 });
  expect(ask('PUT', policy, kept)).toMatchObject({ status: 409 });
  const { _seq_no } = ask('GET', policy).answer;
  expect(ask('PUT', policy, kept, `if_seq_no=${_seq_no}&if_primary_term=1`)).toMatchObject({ status: 201 });
});

test('webhook: what the standard’s own library signs is taken, once', () => {
  const { keys, send } = open(webhook);
  const body = JSON.stringify({
    type: 'audit.event',
    timestamp: '2026-11-01T12:00:00.000Z',
    data: { id: 'e', tenantId: 'acme' },
  });
  const signed = (secret: string, at: Date, text = body) =>
    send(
      aRequest({
        path: '/events',
        body: text,
        nowMs: Date.UTC(2026, 10, 1),
        headers: {
          'webhook-id': 'acme:e',
          'webhook-timestamp': `${at.getTime() / 1_000}`,
          'webhook-signature': new Webhook(secret).sign('acme:e', at, body),
        },
      }),
    );
  const now = new Date(Date.UTC(2026, 10, 1));

  expect(signed(keys.secret ?? '', now)).toMatchObject({ status: 204, problems: [] });
  expect(signed(keys.secret ?? '', now)).toMatchObject({ status: 409, problems: [] });
  expect(signed(`whsec_${Buffer.alloc(32).toString('base64')}`, now)).toMatchObject({ status: 401 });
  expect(signed(keys.secret ?? '', now, `${body} `)).toMatchObject({ status: 401 });
  expect(signed(keys.secret ?? '', new Date(now.getTime() - 301_000))).toMatchObject({ status: 401 });
});

function aSlack() {
  const { keys, send } = open(slack);
  const channel = slack.options('').channel;
  let nowMs = Date.UTC(2026, 10, 1);
  const call = (method: string, body: object, headers = {}) => {
    nowMs += 1_000;
    const all = { authorization: `Bearer ${keys.token}`, ...headers };
    return send(
      aRequest({
        path: `/api/chat.${method}`,
        headers: all,
        body: JSON.stringify({ channel, ...body }),
        nowMs,
      }),
    );
  };
  return { call, leap };

  function leap(ms: number): void {
    nowMs += ms;
  }
}

test('slack: a message is changed, and replied to, by its ts; the blocks stay unless others come', () => {
  const { call } = aSlack();
  const blocks = [{ type: 'divider' }];
  const { answer } = call('postMessage', { text: 'Fired\nTenant: acme\nAlert: a-1', blocks });
  expect(answer).toMatchObject({
    ok: true,
    channel: slack.options('').channel,
    ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
  });

  expect(call('update', { ts: answer.ts, text: 'Over' }).answer).toMatchObject({
    ok: true,
    text: 'Over',
    message: { blocks },
  });
  expect(call('update', { ts: answer.ts, text: 'Over', blocks: [] }).answer).toMatchObject({
    message: { blocks: [] },
  });
  expect(call('postMessage', { thread_ts: answer.ts, text: 'Resolved.' })).toMatchObject({
    answer: { ok: true },
    items: [{ id: 'a-1', tenantId: 'acme', line: 'replied: Resolved.' }],
  });
  expect(call('update', { ts: '1700000000.000001', text: 'Over' })).toMatchObject({
    status: 200,
    answer: { ok: false, error: 'message_not_found' },
  });
});

test.each([
  ['not the token', {}, { authorization: 'Bearer xoxb-other' }, 'invalid_auth'],
  ['another channel', { channel: 'C0OTHER' }, {}, 'channel_not_found'],
  ['no text', { text: undefined }, {}, 'no_text'],
  ['a text too long', { text: 'x'.repeat(40_001) }, {}, 'msg_too_long'],
  [
    'a header of 151 characters',
    { blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] },
    {},
    'invalid_blocks',
  ],
  ['51 blocks', { blocks: Array(51).fill({ type: 'divider' }) }, {}, 'invalid_blocks'],
  [
    'legal blocks with too much in all',
    { blocks: Array(5).fill({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2_900) } }) },
    {},
    'msg_blocks_too_long',
  ],
])('slack: %s is refused in a 200', (_, body, headers, error) => {
  expect(aSlack().call('postMessage', { text: 'm', ...body }, headers)).toMatchObject({
    status: 200,
    answer: { ok: false, error },
  });
});

test('slack: a burst is let through, more is asked to wait', () => {
  const { call, leap } = aSlack();
  const statuses = Array.from({ length: 16 }, () => {
    leap(-900);
    return call('postMessage', { text: 'm' }).status;
  });
  expect(statuses.filter((status) => status === 200)).toHaveLength(15);
  expect(call('postMessage', { text: 'm' })).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
  leap(10_000);
  expect(call('postMessage', { text: 'm' })).toMatchObject({ status: 200 });
});

test('slack webhook: "ok" in plain text; its address is its key and is not told', () => {
  const { keys, send } = open(slackWebhook);
  const path = new URL(keys.webhookUrl ?? '').pathname.replace('/x', '');
  const post = (at: string, body: string) => send(aRequest({ path: at, body }));

  expect(post(path, '{"text":"m"}')).toMatchObject({
    status: 200,
    answer: 'ok',
    operation: 'POST /services/…',
  });
  expect(post(`${path}x`, '{"text":"m"}')).toMatchObject({ status: 404, answer: 'no_service' });
  expect(post('/services/', '{"text":"m"}')).toMatchObject({ status: 404 });
  expect(post(path, '{"text":""}')).toMatchObject({ status: 400, answer: 'no_text' });
  expect(post(path, 'text')).toMatchObject({ status: 400, answer: 'invalid_payload' });
});

test('pagerduty: what is not open cannot be ended, is taken with 202, and is told', () => {
  const { keys, send } = open(pagerduty);
  const payload = {
    summary: 'Fired',
    source: 'acme',
    severity: 'error',
    custom_details: { tenantId: 'acme', noticeId: 'n-1' },
  };
  const enqueue = (event: object, nowMs = 0) =>
    send(
      aRequest({
        path: '/v2/enqueue',
        body: JSON.stringify({ routing_key: keys.routingKey, dedup_key: 'd', ...event }),
        nowMs,
      }),
    );

  expect(enqueue({ event_action: 'resolve' })).toMatchObject({
    status: 202,
    items: [{ line: expect.stringContaining('dropped') }],
  });
  expect(enqueue({ event_action: 'trigger', payload })).toMatchObject({
    status: 202,
    answer: { status: 'success', dedup_key: 'd' },
    items: [{ id: 'n-1', tenantId: 'acme', line: 'trigger: Fired' }],
  });
  expect(enqueue({ event_action: 'resolve' }).items).toEqual([
    { id: 'd', tenantId: 'acme', line: 'resolve: Fired' },
  ]);
  expect(enqueue({ event_action: 'acknowledge' }).items[0]?.line).toContain('dropped');
  expect(enqueue({ event_action: 'trigger', payload: { ...payload, severity: 'high' } })).toMatchObject({
    status: 400,
    answer: { errors: [expect.stringContaining("'payload.severity'")] },
  });
  expect(enqueue({ event_action: 'trigger', payload, routing_key: 'k'.repeat(32) })).toMatchObject({
    status: 400,
    answer: { errors: ['Invalid routing key'] },
  });
  expect(
    enqueue({ event_action: 'trigger', payload: { ...payload, custom_details: { x: 'x'.repeat(512_000) } } }),
  ).toMatchObject({ status: 413 });
});

test('pagerduty: 120 a minute', () => {
  const { keys, send } = open(pagerduty);
  const at = (nowMs: number) =>
    send(
      aRequest({
        path: '/v2/enqueue',
        body: JSON.stringify({ routing_key: keys.routingKey, event_action: 'resolve', dedup_key: 'd' }),
        nowMs,
      }),
    ).status;
  expect(new Set(Array.from({ length: 120 }, (_, i) => at(i)))).toEqual(new Set([202]));
  expect(at(59_999)).toBe(429);
  expect(at(60_500)).toBe(202);
});

test('e-mail: a subject is one line of ASCII below 100 characters, and the topic says who confirmed', () => {
  const { send } = open(email);
  const ask = (fields: Record<string, string>) =>
    send(
      aRequest({
        path: '',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams({
          Version: '2010-03-31',
          TopicArn: String(email.options('').topicArn),
          ...fields,
        }).toString(),
      }),
    );
  const publish = (fields: Record<string, string>) =>
    ask({ Action: 'Publish', Subject: 'FIRING', Message: 'Tenant: acme\nAlert: a-1', ...fields });

  expect(publish({})).toMatchObject({
    status: 200,
    answer: expect.stringMatching(/<MessageId>[\w-]+</),
    problems: [],
    items: [{ id: 'a-1', tenantId: 'acme', line: 'FIRING' }],
  });
  for (const Subject of ['', 'two\nlines', 'x'.repeat(100), ' begins with a space', 'Läuft'])
    expect({ Subject, ...publish({ Subject }) }).toMatchObject({
      status: 400,
      answer: expect.stringContaining('<Code>InvalidParameter</Code>'),
    });
  expect(publish({ Message: '' })).toMatchObject({ status: 400 });
  expect(publish({ Message: 'x'.repeat(262_145) })).toMatchObject({ status: 400 });
  expect(publish({ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:other' })).toMatchObject({ status: 404 });
  expect(ask({ Action: 'GetTopicAttributes' }).answer).toContain(
    '<key>SubscriptionsConfirmed</key><value>2</value>',
  );
});

test('s3: an object that is signed and unspoilt is stored, each name once', () => {
  const { credentials, send } = open(s3);
  const body = Buffer.from('{"id":"e","tenantId":"acme","action":"a.b"}\n');
  const nowMs = Date.UTC(2026, 10, 1);
  const put = (path: string, { by = credentials, sent = body } = {}) => {
    const target = `/s3${path}`;
    const sha256 = hash('sha256', body);
    const headers = signedHeaders(
      {
        service: 's3',
        region: 'eu-west-1',
        host: '127.0.0.1:1',
        headers: { 'x-amz-content-sha256': sha256, 'if-none-match': '*' },
        credentials: () => by,
        now: () => nowMs,
      },
      'PUT',
      target,
      sha256,
    );
    return send({
      ...aRequest({ method: 'PUT', path, headers: { ...headers, host: '127.0.0.1:1' }, nowMs }),
      url: target,
      bytes: sent,
      body: sent.toString(),
    });
  };
  const at = `/${s3.options('').bucket}/audit/tenant%3Dacme/1.ndjson.gz`;

  expect(put(at)).toMatchObject({
    status: 200,
    problems: [],
    items: [{ id: 'e', tenantId: 'acme', line: 'a.b' }],
  });
  expect(put(at)).toMatchObject({ status: 412, problems: [] });
  expect(put(at, { by: { ...credentials, secretAccessKey: 'other' } })).toMatchObject({
    status: 403,
    answer: expect.stringContaining('SignatureDoesNotMatch'),
  });
  expect(put(at, { by: { ...credentials, accessKeyId: 'AKIAOTHER' } })).toMatchObject({
    status: 403,
    answer: expect.stringContaining('InvalidAccessKeyId'),
  });
  expect(put(at, { sent: Buffer.from('spoilt') })).toMatchObject({ status: 403 });
  expect(put('/other/key')).toMatchObject({ status: 404 });
});

test.each([datadog, email, opensearch, pagerduty, s3, slack, slackWebhook, webhook])(
  '$name says no in its own words, and when to come again',
  (standIn) => {
    const { vendor } = open(standIn);
    expect(vendor.refuse({ kind: '429', retryAfterSeconds: 7 })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
    });
    expect(vendor.refuse({ kind: '429' }).headers).not.toHaveProperty('retry-after');
    expect(vendor.refuse({ kind: '500' }).status).toBe(500);
    expect(vendor.refuse({ kind: '503' }).status).toBe(503);
    expect(
      `${vendor.refuse({ kind: 'wrong-key' }).status} ${vendor.refuse({ kind: 'wrong-key' }).body}`,
    ).toMatch(/40[134]|400 .*routing key|invalid_auth/);
  },
);
