/** Bodies: off unless asked for, redacted, capped, and never the handler's own objects changed. */
import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditOptions } from '../../src/audit/options.ts';
import { redactText } from '../../src/audit/redact/text.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

const EVENT = {
  version: '2.0',
  routeKey: 'POST /orders',
  rawPath: '/orders',
  requestContext: { http: { method: 'POST', path: '/orders' } },
};
const JSON_TYPE = { 'content-type': 'application/json' };

async function recordOf(
  options: Partial<AuditOptions>,
  event: object,
  response: unknown = { statusCode: 200 },
) {
  const records: AuditEvent[] = [];
  const handler = middy()
    .use(audit({ service: 'billing', deliver: (record) => void records.push(record), ...options }))
    .handler(async () => response);
  await handler({ ...EVENT, ...event } as never, {} as never);
  return records[0] as AuditEvent;
}

test('are not kept by default; their sizes are', async () => {
  const { http } = await recordOf(
    {},
    { headers: JSON_TYPE, body: '{"name":"ü"}' },
    { statusCode: 200, body: 'done' },
  );
  expect(http).toMatchObject({ requestBytes: 13, responseBytes: 4 });
  expect(http?.request?.body).toBeUndefined();
  expect(http?.response?.body).toBeUndefined();
});

test.each(['request', 'response', 'both'] as const)('%s is what is kept of them', async (bodies) => {
  const { http } = await recordOf({ bodies }, { body: '{"a":1}' }, { statusCode: 200, body: '{"b":2}' });
  expect(http?.request?.body).toEqual(bodies === 'response' ? undefined : { a: 1 });
  expect(http?.response?.body).toEqual(bodies === 'request' ? undefined : { b: 2 });
});

test('secrets in JSON are masked by name and by form, each place is named, and the service’s object stays whole', async () => {
  const body = {
    user: 'ada',
    password: 'hunter2',
    nested: [{ clientSecret: { a: 1 }, note: 'card 4111 1111 1111 1111' }],
  };
  const response = { statusCode: 200, body };
  const record = await recordOf({ bodies: 'response' }, {}, response);
  expect(record.http?.response?.body).toEqual({
    user: 'ada',
    password: '[redacted]',
    nested: [{ clientSecret: '[redacted]', note: 'card [redacted]' }],
  });
  expect(record.privacy?.redactedPaths).toEqual([
    'http.response.body.password',
    'http.response.body.nested[0].clientSecret',
    'http.response.body.nested[0].note',
  ]);
  expect(response.body).toBe(body);
  expect(body.password).toBe('hunter2');
});

test('a form is read as one', async () => {
  const { http } = await recordOf(
    { bodies: 'request' },
    {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: Buffer.from('user=ada&password=hunter2').toString('base64'),
      isBase64Encoded: true,
    },
  );
  expect(http?.request?.body).toEqual({ user: 'ada', password: '[redacted]' });
  expect(http?.requestBytes).toBe(25);
});

test.each([
  ['image/png', '[image/png, 4 bytes]'],
  ['', '[binary, 4 bytes]'],
])('a binary body of type “%s” is named, not kept', async (type, body) => {
  const event = { headers: type ? { 'content-type': type } : {}, body: 'AAECAw==', isBase64Encoded: true };
  expect((await recordOf({ bodies: 'request' }, event)).http?.request?.body).toBe(body);
});

test('a form with files is named, not kept', async () => {
  const event = {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nsecret file\r\n--x--',
  };
  const { http } = await recordOf({ bodies: 'request' }, event);
  expect(http?.request?.body).toBe('[multipart/form-data; boundary=x, 23 bytes]');
});

test('a long body is cut to its limit in bytes, after its secrets are masked, and that is said', async () => {
  const body = JSON.stringify({ password: 'hunter2', text: 'ü'.repeat(5_000) });
  const record = await recordOf({ bodies: 'request', maxBodyBytes: 1_000 }, { body });
  const kept = record.http?.request?.body as string;
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_000);
  expect(kept.startsWith('{"password":"[redacted]","text":"ü')).toBe(true);
  expect(record.privacy?.truncatedPaths).toEqual(['http.request.body']);
});

test('two bodies of the largest size fit into one record, whole', async () => {
  const text = 'x'.repeat(64 * 1_024);
  const options = { bodies: 'both', maxBodyBytes: 64 * 1_024 } as const;
  const record = await recordOf(options, { body: text }, { statusCode: 200, body: text });
  expect([record.http?.request?.body, record.http?.response?.body]).toEqual([text, text]);
});

test('data with a field that a stream has too is data', async () => {
  const body = { pipe: 'half an inch', getReader: false };
  const { http } = await recordOf({ bodies: 'response' }, {}, { statusCode: 200, body });
  expect(http?.response?.body).toEqual(body);
});

test('a body that cannot be read costs itself alone', async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const { http } = await recordOf({ bodies: 'both' }, { body: cycle }, { statusCode: 200, body: '{}' });
  expect(http?.request?.body).toBe('[unreadable]');
  expect(http?.response?.body).toEqual({});
});

describe('a service masks places of its own', () => {
  test('by path, with a star for any name or index', async () => {
    const record = await recordOf(
      {
        bodies: 'request',
        redact: ['http.request.body.customers[*].iban', 'metadata.*.phone', 'actor.email', 'targets[0].name'],
        enrich: (plain) => ({
          ...plain,
          actor: { type: 'user', id: 'u-1', email: 'ada@example.com' },
          targets: [{ type: 'order', id: '1', name: 'for Ada' }],
          metadata: { home: { phone: 1 }, work: { phone: '2', city: 'Bern' } },
        }),
      },
      { body: '{"customers":[{"iban":"CH1"},{"iban":{"a":1}},{"other":1}]}' },
    );
    expect(record).toMatchObject({
      actor: { type: 'user', id: 'u-1', email: '[redacted]' },
      targets: [{ type: 'order', id: '1', name: '[redacted]' }],
      metadata: { home: { phone: '[redacted]' }, work: { phone: '[redacted]', city: 'Bern' } },
      http: {
        request: { body: { customers: [{ iban: '[redacted]' }, { iban: '[redacted]' }, { other: 1 }] } },
      },
    });
    expect(record.privacy?.redactedPaths).toEqual(
      expect.arrayContaining([
        'http.request.body.customers[0].iban',
        'metadata.home.phone',
        'actor.email',
        'targets[0].name',
      ]),
    );
  });

  test.each([['outcome'], [''], ['id.x']])('but not “%s”, which the record needs', (path) => {
    expect(() => audit({ service: 'billing', redact: [path] })).toThrow('option redact takes paths');
  });
});

test.each([
  ['password=hunter2&user=ada', 'password=[redacted]&user=ada'],
  ['{"clientSecret": "a\\"b", "x": 1', '{"clientSecret": "[redacted]", "x": 1'],
  ['{"x": 1, "token": {"a": "b"}', '{"x": 1, "token": [redacted]'],
  [
    '<login><password kind="x"><v>hunter2</v></password><user>ada</user></login>',
    '<login><password kind="x">[redacted]</password><user>ada</user></login>',
  ],
  ['api_key: abcdefgh, next', 'api_key: [redacted], next'],
  ['nothing of that kind', 'nothing of that kind'],
])('a text of any form: %s', (text, redacted) => {
  expect(redactText(text).text).toBe(redacted);
  expect(redactText(redacted).text).toBe(redacted);
});
