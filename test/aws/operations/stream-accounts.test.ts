/** The books of a deployment, counted by the real SDK client from a CloudWatch on this machine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeMetricFigures } from '../../../src/aws/operations/metric-figures.ts';
import { makeStreamAccounts } from '../../../src/aws/operations/stream-accounts.ts';
import { verdictOf } from '../../../src/domain/accounts.ts';
import { type CloudWatchStub, startCloudWatchStub } from './cloudwatch-stub.ts';

const NOW_MS = Date.UTC(2026, 10, 1, 12, 7, 30);
const AS_OF_MS = Date.UTC(2026, 10, 1, 12, 0);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const RULE = { EventBusName: 'audit', RuleName: 'record-rule' };
const QUEUE = { QueueName: 'record' };
const DEAD = { QueueName: 'record-dead' };
const OWN = { Queue: 'record' };

let cloudWatch: CloudWatchStub;
let sqs: { readonly client: SQSClient; readonly server: Server };

beforeEach(async () => {
  cloudWatch = await startCloudWatchStub();
  sqs = await queuesThatHold({ record: 3, 'record-dead': 2 });
});
afterEach(() => {
  cloudWatch.close();
  sqs.server.close();
  sqs.server.closeAllConnections();
});

/** SQS's GetQueueAttributes in its JSON protocol. */
async function queuesThatHold(counts: Readonly<Record<string, number>>) {
  const server = createServer(async (request, response) => {
    const { QueueUrl } = JSON.parse(await text(request)) as { QueueUrl: string };
    const held = counts[QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)];
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify({
        Attributes: {
          ApproximateNumberOfMessages: String(held),
          ApproximateNumberOfMessagesNotVisible: '0',
          ApproximateNumberOfMessagesDelayed: '0',
        },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  return { client, server };
}

const accounts = (
  busName = 'audit',
  recordRuleName = 'audit|record-rule',
  detect?: Parameters<typeof makeStreamAccounts>[0]['detect'],
) =>
  makeStreamAccounts({
    ...(detect && { detect }),
    figures: makeMetricFigures(cloudWatch.client),
    sqs: sqs.client,
    busName,
    recordRuleName,
    recordQueueUrl: 'https://sqs.us-east-1.amazonaws.com/111111111111/record',
    recordDeadLetterQueueUrl: 'https://sqs.us-east-1.amazonaws.com/111111111111/record-dead',
    now: () => NOW_MS,
  })();

interface Day {
  readonly invoked?: number;
  readonly queued?: number;
  readonly recorded?: number;
  readonly duplicates?: number;
  readonly rejected?: number;
  readonly replayed?: number;
  readonly purged?: number;
}

/** `count` points over the day, one each five minutes, and what the queues held at its two ends. */
function aDay(day: Day, waiting = { before: 0, after: 0 }, dead = { before: 0, after: 0 }) {
  const spread = (name: string, dimensions: Readonly<Record<string, string>>, count = 0) => {
    for (let i = 0; i < count; i++)
      cloudWatch.put(name, dimensions, AS_OF_MS - DAY_MS + (i % 288) * 5 * MINUTE_MS, 1);
  };
  spread('AWS/Events/Invocations', RULE, day.invoked);
  spread('AWS/SQS/NumberOfMessagesSent', QUEUE, day.queued);
  spread('AuditStream/Recorded', OWN, day.recorded);
  spread('AuditStream/Duplicates', OWN, day.duplicates);
  spread('AuditStream/Rejected', OWN, day.rejected);
  spread('AuditStream/Replayed', OWN, day.replayed);
  spread('AuditStream/Purged', OWN, day.purged);
  cloudWatch.put('AWS/SQS/NumberOfMessagesSent', QUEUE, AS_OF_MS - MINUTE_MS, 0);
  const level = (queue: typeof QUEUE, held: { before: number; after: number }) => {
    cloudWatch.put(
      'AWS/SQS/ApproximateNumberOfMessagesVisible',
      queue,
      AS_OF_MS - DAY_MS - MINUTE_MS,
      held.before,
    );
    cloudWatch.put('AWS/SQS/ApproximateNumberOfMessagesVisible', queue, AS_OF_MS - 2 * MINUTE_MS, 999);
    cloudWatch.put('AWS/SQS/ApproximateNumberOfMessagesVisible', queue, AS_OF_MS - MINUTE_MS, held.after);
  };
  level(QUEUE, waiting);
  level(DEAD, dead);
}

test('a day in which all that went in came out again is accounted for, over all pages', async () => {
  aDay({ invoked: 1_000, queued: 1_000, recorded: 990, duplicates: 4, rejected: 6 }, undefined, {
    before: 1,
    after: 7,
  });

  const found = await accounts();

  expect(found.asOfMs).toBe(AS_OF_MS);
  expect(found.hops).toEqual([
    { name: 'bus → record', in: 1_000, out: 1_000, waiting: 0, dead: 0, unaccounted: 0 },
    { name: 'record → trail', in: 1_000, out: 994, waiting: 0, dead: 6, unaccounted: 0 },
  ]);
  expect(verdictOf(found)).toEqual({ kind: 'accounted' });
  expect(found.notes?.[1]).toBe('Now: 3 waiting, 2 in the dead-letter queue.');
});

test('what is on its way at either end of the day is not lost', async () => {
  aDay({ invoked: 100, queued: 100, recorded: 90 }, { before: 5, after: 15 });

  expect((await accounts()).hops[1]).toEqual({
    name: 'record → trail',
    in: 105,
    out: 90,
    waiting: 15,
    dead: 0,
    unaccounted: 0,
  });
});

test('an event that the queue took and nobody recorded is unaccounted for; so is one that never reached the queue', async () => {
  aDay({ invoked: 100, queued: 99, recorded: 97 });

  const found = await accounts();

  expect(found.hops.map(({ unaccounted }) => unaccounted)).toEqual([1, 2]);
  expect(verdictOf(found)).toEqual({ kind: 'lost', count: 3 });
});

test('messages that SQS itself moved to the dead letters are dead, not lost', async () => {
  aDay({ invoked: 100, queued: 100, recorded: 90, rejected: 3 }, undefined, { before: 2, after: 12 });

  expect((await accounts()).hops[1]).toMatchObject({ dead: 10, unaccounted: 0 });
});

test('letters that people replayed and purged are neither lost nor more than went in', async () => {
  // Of ten that SQS moved by itself after crashes, six were sent back and recorded, three purged.
  aDay({ invoked: 100, queued: 106, recorded: 96, replayed: 6, purged: 3 }, undefined, {
    before: 0,
    after: 1,
  });

  const found = await accounts();

  expect(found.hops).toEqual([
    { name: 'bus → record', in: 100, out: 100, waiting: 0, dead: 0, unaccounted: 0 },
    { name: 'record → trail', in: 106, out: 96, waiting: 0, dead: 10, unaccounted: 0 },
  ]);
  expect(found.notes).toContain(
    'Of its dead letters 6 were replayed and 3 purged by people; the audit events dead_letters.* say by whom.',
  );
});

test('letters of the day before that were replayed today come from nowhere and are lost nowhere', async () => {
  aDay({ invoked: 100, queued: 110, recorded: 110, replayed: 10 }, undefined, { before: 10, after: 0 });

  expect((await accounts()).hops.map(({ unaccounted }) => unaccounted)).toEqual([0, 0]);
});

test('what came twice never counts as a loss, and the note says what it could hide', async () => {
  aDay({ invoked: 100, queued: 100, recorded: 100, duplicates: 4 });

  const found = await accounts();

  expect(found.hops[1]).toMatchObject({ unaccounted: 0 });
  expect(found.notes?.at(-1)).toMatch(/record → trail: 4 more than went in.*as many losses could hide/);
});

test('before and after the day is another day', async () => {
  aDay({ invoked: 10, queued: 10, recorded: 10 });
  cloudWatch.put('AuditStream/Recorded', OWN, AS_OF_MS - DAY_MS - 1, 1);
  cloudWatch.put('AuditStream/Recorded', OWN, AS_OF_MS, 1);

  expect((await accounts()).hops[1]).toMatchObject({ out: 10 });
});

test('without a figure of the queue nothing is said, least of all 0', async () => {
  const found = await accounts();

  expect(found.hops.map(({ in: taken, unaccounted }) => [taken, unaccounted])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(verdictOf(found)).toEqual({ kind: 'unknown' });
  expect(found.notes?.join(' ')).toContain('no figures of the queue yet');
});

test.each([
  ['refuses', () => cloudWatch.fail(403, 'com.amazon.coral.service#AccessDeniedException')],
  ['has half of a metric', () => cloudWatch.spoil('InternalError')],
])('a CloudWatch that %s is told, and its figures are unknown', async (_, spoil) => {
  aDay({ invoked: 10, queued: 10, recorded: 10 });
  spoil();

  const found = await accounts();

  expect(verdictOf(found)).toEqual({ kind: 'unknown' });
  expect(found.notes?.at(-1)).toMatch(/^A figure could not be had: /);
  expect(found.notes?.join(' ')).toContain('Now: 3 waiting');
});

test('a rule of the default bus is asked for by its name alone', async () => {
  aDay({ queued: 1, recorded: 1 });
  cloudWatch.put('AWS/Events/Invocations', { RuleName: 'record-rule' }, AS_OF_MS - MINUTE_MS, 1);

  expect((await accounts('default', 'record-rule')).hops[0]).toMatchObject({ in: 1, unaccounted: 0 });
});

/** The same day of the queue before the rules. */
function rulesDay(counts: Readonly<Record<string, number>>, waiting = 0, dead = 0) {
  for (const [name, count] of Object.entries(counts))
    cloudWatch.put(
      name,
      name.startsWith('AWS/') ? { QueueName: 'detect' } : { Queue: 'detect' },
      AS_OF_MS - 5 * MINUTE_MS,
      count,
    );
  const level = 'AWS/SQS/ApproximateNumberOfMessagesVisible';
  cloudWatch.put(level, { QueueName: 'detect' }, AS_OF_MS - MINUTE_MS, waiting);
  cloudWatch.put(level, { QueueName: 'detect-dead' }, AS_OF_MS - MINUTE_MS, dead);
}
const withRules = () =>
  accounts('audit', 'audit|record-rule', async () => ({
    queueUrl: 'https://sqs/1/detect',
    deadLettersUrl: 'https://sqs/1/detect-dead',
  }));

test('where there are rules, their queue has books too: what was looked at, what comes again, what waits and what is dead', async () => {
  aDay({ invoked: 10, queued: 10, recorded: 10 });
  rulesDay(
    {
      'AWS/SQS/NumberOfMessagesSent': 100,
      'AuditStream/Received': 103,
      'AuditStream/Retried': 10,
      'AuditStream/Rejected': 2,
    },
    6,
    3,
  );

  const found = await withRules();

  expect(found.hops[2]).toEqual({
    name: 'bus → detect',
    in: 100,
    out: 91,
    waiting: 6,
    dead: 3,
    unaccounted: 0,
  });
  expect(verdictOf(found)).toEqual({ kind: 'accounted' });
});

test('an event that no rule has seen is unaccounted for', async () => {
  aDay({ invoked: 10, queued: 10, recorded: 10 });
  rulesDay({ 'AWS/SQS/NumberOfMessagesSent': 100, 'AuditStream/Received': 99 });

  expect(verdictOf(await withRules())).toEqual({ kind: 'lost', count: 1 });
});

test('without figures of the rules’ queue its books are unknown, and the trail’s are told all the same', async () => {
  aDay({ invoked: 10, queued: 10, recorded: 10 });

  const found = await withRules();

  expect(found.hops.map(({ name, unaccounted }) => [name, unaccounted])).toEqual([
    ['bus → record', 0],
    ['record → trail', 0],
    ['bus → detect', null],
  ]);
  expect(verdictOf(found)).toEqual({ kind: 'unknown' });
});
