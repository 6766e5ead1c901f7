/** The middleware on real middy handlers: one record for each invocation, and nothing else changed. */
import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditOptions } from '../../src/audit/options.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';

const sample = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../data/lambda-events/${name}.json`, import.meta.url), 'utf8'));
const httpApi = sample('http-api');
const restApi = sample('rest-api');

const CONTEXT = {
  awsRequestId: 'r-1',
  functionName: 'billing-api',
  functionVersion: '7',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:billing-api',
  getRemainingTimeInMillis: () => 2_900,
};

function recording(options: Partial<AuditOptions> = {}) {
  const records: AuditEvent[] = [];
  const failures: unknown[] = [];
  let elapsed = 0;
  const middleware = audit({
    service: 'billing',
    environment: 'test',
    deliver: (record) => void records.push(record),
    now: () => Date.parse('2026-11-01T12:00:00.000Z'),
    elapsedMs: () => ++elapsed,
    newId: () => 'event-1',
    onFailure: (failure) => void failures.push(failure),
    ...options,
  });
  const run = async (event: unknown, handler: () => unknown = () => ({ statusCode: 200 })) =>
    middy()
      .use(middleware)
      .handler(async () => handler())(event as never, CONTEXT as never);
  return { records, failures, run };
}

/** An event of the HTTP API with another request context, headers or the like. */
const http = (change: Record<string, unknown>, context: Record<string, unknown> = {}) => ({
  ...httpApi,
  ...change,
  requestContext: { ...(httpApi.requestContext as object), ...context },
});

describe('an HTTP API', () => {
  test('leaves one whole record, and the response is the same object', async () => {
    const { records, run } = recording();
    const response = { statusCode: 201, body: 'made' };
    const event = http({ routeKey: 'POST /orders/{orderId}', pathParameters: { orderId: '4711' } });

    expect(await run(event, () => response)).toBe(response);

    expect(records).toEqual([
      {
        schemaVersion: '1.0',
        id: 'event-1',
        tenantId: 'default',
        occurredAt: '2026-11-01T12:00:00.000Z',
        recordedAt: '2026-11-01T12:00:00.000Z',
        action: 'orders.create',
        activity: 'create',
        category: 'api',
        outcome: 'success',
        severity: 'info',
        actor: { type: 'anonymous', id: 'anonymous' },
        targets: [{ type: 'orders', id: '4711' }],
        source: {
          service: 'billing',
          environment: 'test',
          accountId: '123456789012',
          functionName: 'billing-api',
          functionVersion: '7',
          requestId: 'r-1',
          coldStart: expect.any(Boolean),
        },
        // The sample's `sourceIp` is a range, which is no address.
        context: { userAgent: 'agent' },
        http: {
          method: 'POST',
          path: '/path/to/resource',
          route: '/orders/{orderId}',
          statusCode: 201,
          requestBytes: 15,
          responseBytes: 4,
          request: { headers: {}, query: { parameter1: 'value1,value2', parameter2: 'value' } },
        },
        performance: {
          durationMs: 2,
          auditOverheadMs: 2,
          memoryUsedMb: expect.any(Number),
          remainingMs: 2_900,
        },
        privacy: { truncatedPaths: ['context.ip'] },
      },
    ]);
    expect(parseAuditEvent(records[0])).toEqual(records[0]);
  });

  test.each([
    [302, 'success'],
    [404, 'failure'],
    [401, 'denied'],
    [403, 'denied'],
    [503, 'error'],
  ])('an answer of %i is a %s', async (statusCode, outcome) => {
    const { records, run } = recording();
    await run(httpApi, () => ({ statusCode }));
    expect(records).toMatchObject([{ outcome, http: { statusCode } }]);
  });

  test('a path without a route does not become an action', async () => {
    const { records, run } = recording();
    await run(http({ rawPath: '/orders/4711' }));
    expect(records).toMatchObject([{ action: 'http.create', targets: [] }]);
  });

  test('a route may have an action of its own', async () => {
    const { records, run } = recording({ actions: { 'POST /orders': 'order.placed' } });
    await run(http({ routeKey: 'POST /orders' }));
    expect(records).toMatchObject([{ action: 'order.placed' }]);
  });

  test.each([
    [
      'a user',
      { jwt: { claims: { sub: 'u-1', email: 'ada@example.com', 'cognito:groups': '[admin ops]' } } },
      { type: 'user', id: 'u-1', email: 'ada@example.com', groups: ['admin', 'ops'] },
    ],
    ['a client', { jwt: { claims: { sub: 'c-1', client_id: 'c-1' } } }, { type: 'service', id: 'c-1' }],
    [
      'a role',
      { iam: { userArn: 'arn:aws:sts::1:assumed-role/ci/x', accessKey: 'ASIAIOSFODNN7EXAMPLE' } },
      { type: 'service', id: 'arn:aws:sts::1:assumed-role/ci/x', credentialId: 'ASIAIOSFODNN7EXAMPLE' },
    ],
    ['whom a Lambda authorizer names', { lambda: { userId: 'u-2' } }, { type: 'user', id: 'u-2' }],
  ])('the actor is %s', async (_name, authorizer, actor) => {
    const { records, run } = recording();
    await run(http({}, { authorizer }));
    expect(records[0]?.actor).toEqual(actor);
  });

  test('the address is the one that the front door saw, or that before proxies of one’s own', async () => {
    const event = http(
      { headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.0.0.1' } },
      { http: { method: 'GET', path: '/', sourceIp: '10.0.0.1' } },
    );
    const plain = recording();
    await plain.run(event);
    expect(plain.records[0]?.context?.ip).toBe('10.0.0.1');
    const behindOne = recording({ trustedProxies: 1 });
    await behindOne.run(event);
    expect(behindOne.records[0]?.context?.ip).toBe('203.0.113.9');
  });

  test('W3C trace context comes before X-Ray’s, and a correlation id along', async () => {
    const { records, run } = recording();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    await run(http({ headers: { traceparent, 'x-amzn-trace-id': xray, 'x-correlation-id': 'c-1' } }));
    await run(http({ headers: { traceparent: 'nonsense', 'x-amzn-trace-id': xray } }));
    expect(records.map(({ context }) => context)).toEqual([
      {
        userAgent: 'agent',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        spanId: '00f067aa0ba902b7',
        correlationId: 'c-1',
      },
      { userAgent: 'agent', traceId: '5759e988bd862e3fe1be46a994272793', spanId: '53995c3f42cd8ad8' },
    ]);
  });
});

test('a REST API gives route, addresses, headers and actor', async () => {
  const { records, run } = recording();
  const { identity } = restApi.requestContext as { identity: object };
  await run({
    ...restApi,
    requestContext: { ...(restApi.requestContext as object), identity: { ...identity, apiKeyId: 'key-1' } },
  });
  expect(records).toMatchObject([
    {
      action: 'http.create',
      actor: { type: 'api_key', id: 'key-1', credentialId: 'key-1' },
      context: { ip: '127.0.0.1', ips: ['127.0.0.1', '127.0.0.2'], userAgent: 'Custom User Agent String' },
      http: {
        method: 'POST',
        route: '/{proxy+}',
        path: '/path/to/resource',
        request: { query: { foo: 'bar' } },
      },
    },
  ]);
});

test('what is no route is named by what it would be called', async () => {
  const { records, run } = recording({ actions: { 'function.invoked': 'report.made' } });
  await run({ any: 'thing' });
  expect(records).toMatchObject([{ action: 'report.made' }]);
});

test('an event that nothing is known of is an invocation', async () => {
  const { records, run } = recording();
  for (const event of [{ any: 'thing' }, 'text', 7, [1]]) await run(event, () => 'done');
  expect(records).toHaveLength(4);
  for (const record of records)
    expect(record).toMatchObject({ action: 'function.invoked', category: 'system', activity: 'execute' });
});

describe('what must not be on record', () => {
  const SECRET = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTEifQ.c2lnbmF0dXJl';

  test('headers are kept by name, credentials never, and what was masked is named', async () => {
    const { records, run } = recording({ headers: ['Accept', 'Authorization', 'X-Note'] });
    await run(
      http({
        headers: {
          accept: '*/*',
          authorization: `Bearer ${SECRET}`,
          cookie: `a=${SECRET}`,
          'x-note': SECRET,
        },
        queryStringParameters: { token: 'abc', next: SECRET, page: '2' },
        rawPath: `/reset/${SECRET}`,
      }),
    );
    expect(records[0]?.http?.request).toEqual({
      headers: { accept: '*/*', authorization: '[redacted]', 'x-note': '[redacted]' },
      query: { token: '[redacted]', next: '[redacted]', page: '2' },
    });
    expect(records[0]?.privacy?.redactedPaths).toEqual(
      expect.arrayContaining([
        'http.path',
        'http.request.headers.authorization',
        'http.request.headers.x-note',
        'http.request.query.token',
        'http.request.query.next',
      ]),
    );
    expect(JSON.stringify(records)).not.toContain(SECRET);
  });

  test('a secret in the words of an error is masked', async () => {
    const { records, run } = recording();
    await expect(run(httpApi, () => Promise.reject(new Error(`bad token ${SECRET}`)))).rejects.toThrow();
    expect(records[0]?.error?.message).toBe('bad token [redacted]');
  });
});

describe('what goes wrong', () => {
  test('a throw is recorded once and comes out as the same object', async () => {
    const { records, run } = recording();
    const fault = Object.assign(new RangeError('out of stock'), { code: 'E_STOCK' });
    await expect(run(httpApi, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(records).toMatchObject([
      { outcome: 'error', error: { name: 'RangeError', message: 'out of stock', code: 'E_STOCK' } },
    ]);
  });

  test('an error that means a status is judged by it', async () => {
    const { records, run } = recording();
    const denied = Object.assign(new Error('no'), { statusCode: 403 });
    await expect(run(httpApi, () => Promise.reject(denied))).rejects.toBe(denied);
    expect(records).toMatchObject([{ outcome: 'denied', http: { statusCode: 403 } }]);
  });

  test('what enrich throws or spoils is told, and the record stays as it was', async () => {
    for (const enrich of [
      () => {
        throw new Error('no database');
      },
      (record: AuditEvent) => ({ ...record, action: 'Not Dotted' }),
    ]) {
      const { records, failures, run } = recording({ enrich });
      expect(await run(httpApi)).toEqual({ statusCode: 200 });
      expect(records).toMatchObject([{ action: 'http.create' }]);
      expect(failures).toMatchObject([{ at: 'enrich' }]);
    }
  });

  test('enrich adds what the service knows', async () => {
    const { records, run } = recording({ enrich: (record) => ({ ...record, labels: { plan: 'gold' } }) });
    await run(httpApi);
    expect(records).toMatchObject([{ labels: { plan: 'gold' } }]);
  });

  test('a tenant that is none becomes the default, and that is told', async () => {
    const { records, failures, run } = recording({ tenantId: () => '../acme' });
    await run(httpApi);
    expect(records).toMatchObject([{ tenantId: 'default' }]);
    expect(failures).toMatchObject([{ at: 'enrich' }]);
  });

  test('an event of a broken form still leaves a record', async () => {
    const { records, failures, run } = recording();
    const broken = http({ headers: { 'user-agent': { not: 'text' } } });
    expect(await run(broken)).toEqual({ statusCode: 200 });
    expect(records).toMatchObject([{ action: 'function.invoked', outcome: 'success' }]);
    expect(failures).toMatchObject([{ at: 'record' }]);
  });

  test('a record that could not be delivered goes to the journal, and nothing reaches the handler', async () => {
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const { run } = recording({
        deliver: () => Promise.reject(new Error('bus down')),
        onFailure: () => {
          throw new Error('also broken');
        },
      });
      expect(await run(httpApi)).toEqual({ statusCode: 200 });
      expect(stdout.mock.calls.map(([line]) => JSON.parse(line as string).event.id)).toEqual(['event-1']);
    } finally {
      stdout.mockRestore();
    }
  });
});

test.each(['', 'x'.repeat(2_000)])(
  'an environment variable that names nothing costs no record',
  async (name) => {
    process.env.AUDIT_STREAM_ENVIRONMENT = name;
    try {
      const records: AuditEvent[] = [];
      const middleware = audit({ service: 'billing', deliver: (record) => void records.push(record) });
      await middy()
        .use(middleware)
        .handler(async () => 'done')({} as never, CONTEXT as never);
      expect(records).toMatchObject([{ source: { environment: 'default' } }]);
    } finally {
      delete process.env.AUDIT_STREAM_ENVIRONMENT;
    }
  },
);

test.each([
  [
    { service: 'billing', environment: '' },
    'option environment must be a text of 1 to 1024 characters, and is an empty text',
  ],
  [
    { service: 'billing', version: 7 },
    'option version must be a text of 1 to 1024 characters, and is a number',
  ],
  [
    { service: '' },
    'option service must be a name as "billing" (letters, digits, . _ -), and is an empty text',
  ],
  [{ service: 'billing', sevice: 'x' }, 'option sevice is no option'],
  [{ service: 'billing', actions: { 'GET /': 'nodot' } }, 'option actions["GET /"] must be dot.case'],
  [{ service: 'billing', tenantId: '../acme' }, 'option tenantId must be a tenant as "acme"'],
  [{ service: 'billing', enrich: 'no' }, 'option enrich must be a function, and is a text'],
  [{ service: 'billing', headers: 'accept' }, 'option headers must be a list of names'],
  [{ service: 'billing', bodies: 'all' }, 'option bodies must be one of none, request, response, both'],
  [{ service: 'billing', maxBodyBytes: 1e9 }, 'option maxBodyBytes must be a whole number from 1 to 65536'],
  [
    { service: 'billing', delivery: 'later' },
    'option delivery must be one of after-response, awaited, journal',
  ],
  [{ service: 'billing', bus: 7 }, 'option bus must be a bus’s name or ARN'],
  [{ service: 'billing', deliver: () => {}, bus: 'audit' }, 'takes the place of delivery and bus'],
  [{ service: 'billing', metrics: 1 }, 'option metrics must be true or false'],
  [{ service: 'billing', trustedProxies: -1 }, 'option trustedProxies must be a whole number from 0'],
])('a wrong option is refused as the handler is made', (options, message) => {
  expect(() => audit(options as AuditOptions)).toThrow(message);
});
