/** What each recorded event says, as the middleware writes it down. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../data/lambda-events/${name}.json`, import.meta.url), 'utf8'));

async function recordOf(event: unknown, handler: () => unknown = () => undefined): Promise<AuditEvent> {
  const records: AuditEvent[] = [];
  const failures: unknown[] = [];
  const run = middy()
    .use(
      audit({
        service: 'orders',
        deliver: (record) => void records.push(record),
        onFailure: (failure) => void failures.push(failure),
      }),
    )
    .handler(async () => handler());
  await Promise.resolve(run(event as never, {} as never)).catch(() => undefined);
  expect(failures).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0] as AuditEvent;
}

test.each([
  [
    'sqs',
    'queue.consumed',
    'sqs.amazonaws.com',
    [{ type: 'sqs_queue', id: 'arn:aws:sqs:us-east-1:123456789012:MyQueue' }],
    1,
  ],
  [
    'sns',
    'topic.received',
    'sns.amazonaws.com',
    [{ type: 'sns_topic', id: 'arn:aws:sns:us-east-1:123456789012:ExampleTopic' }],
    1,
  ],
  [
    's3',
    'bucket.notified',
    's3.amazonaws.com',
    [
      { type: 's3_bucket', id: 'arn:aws:s3:::example-bucket' },
      { type: 's3_object', id: 'arn:aws:s3:::example-bucket/test/key' },
    ],
    1,
  ],
  [
    'dynamodb',
    'table.streamed',
    'dynamodb.amazonaws.com',
    [
      {
        type: 'dynamodb_stream',
        id: 'arn:aws:dynamodb:us-east-1:123456789012:table/ExampleTableWithStream/stream/2015-06-27T00:48:05.899',
      },
    ],
    3,
  ],
  [
    'schedule',
    'schedule.fired',
    'events.amazonaws.com',
    [{ type: 'aws_resource', id: 'arn:aws:events:us-east-1:123456789012:rule/ExampleRule' }],
    1,
  ],
])('%s', async (name, action, service, targets, items) => {
  expect(await recordOf(sample(name))).toMatchObject({
    action,
    category: 'system',
    activity: 'execute',
    outcome: 'success',
    actor: { type: 'service', id: service },
    targets,
    metadata: { items, failedItems: 0 },
  });
});

test('failed items make a failure, and a throw fails them all', async () => {
  const event = sample('dynamodb');
  const partly = await recordOf(event, () => ({ batchItemFailures: [{ itemIdentifier: '1' }] }));
  expect(partly).toMatchObject({ outcome: 'failure', metadata: { items: 3, failedItems: 1 } });
  const thrown = await recordOf(event, () => Promise.reject(new Error('no')));
  expect(thrown).toMatchObject({ outcome: 'error', metadata: { items: 3, failedItems: 3 } });
});

test('an event of a bus names its source and its cause', async () => {
  const event = { ...sample('schedule'), source: 'shop.orders', 'detail-type': 'Order Placed' };
  expect(await recordOf(event)).toMatchObject({
    action: 'event.received',
    actor: { type: 'service', id: 'shop.orders' },
    context: { causationId: event.id },
  });
});

test('a message of a queue carries its trace', async () => {
  const event = sample('sqs');
  event.Records[0].attributes.AWSTraceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  expect((await recordOf(event)).context).toEqual({ traceId: '5759e988bd862e3fe1be46a994272793' });
});

test('a load balancer, single and multi-value', async () => {
  const single = sample('load-balancer');
  const { headers, queryStringParameters, ...rest } = single;
  const lists = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  const multi = {
    ...rest,
    multiValueHeaders: lists(headers),
    multiValueQueryStringParameters: lists(queryStringParameters),
  };
  for (const event of [single, multi])
    expect(await recordOf(event, () => ({ statusCode: 200 }))).toMatchObject({
      action: 'http.create',
      category: 'api',
      actor: { type: 'anonymous' },
      context: { ip: '72.12.164.125', traceId: '5c5363483d683b8b04734faae651f476' },
      http: {
        method: 'POST',
        path: '/path/to/resource',
        statusCode: 200,
        request: { query: { query: '1234ABCD' } },
      },
    });
});

test('a WebSocket’s messages name the connection, and whoever the authorizer let in', async () => {
  const event = sample('websocket-connect');
  const { headers: _headers, ...rest } = event;
  const message = {
    ...rest,
    body: '{"type":"hello"}',
    requestContext: {
      ...event.requestContext,
      eventType: 'MESSAGE',
      routeKey: 'hello',
      authorizer: { principalId: 'u-7' },
      identity: { sourceIp: '192.0.2.1', userAgent: 'browser' },
    },
  };
  expect(await recordOf(message)).toMatchObject({
    action: 'websocket.received',
    category: 'api',
    actor: { type: 'user', id: 'u-7' },
    targets: [{ type: 'websocket_connection', id: 'def456' }],
    context: { ip: '192.0.2.1', userAgent: 'browser' },
    http: { route: 'hello', requestBytes: 16 },
  });
  message.requestContext.eventType = 'DISCONNECT';
  expect(await recordOf(message)).toMatchObject({ action: 'websocket.disconnected' });
});

test('objects of a bucket are targets, by the names that they have', async () => {
  const event = sample('s3');
  event.Records[0].s3.object.key = 'a+b%26c/d%21.txt';
  expect((await recordOf(event)).targets).toEqual([
    { type: 's3_bucket', id: 'arn:aws:s3:::example-bucket' },
    { type: 's3_object', id: 'arn:aws:s3:::example-bucket/a b&c/d!.txt' },
  ]);
});
