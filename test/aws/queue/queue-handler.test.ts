import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { QueueCalls } from '../../../src/aws/queue/queue-calls.ts';
import { makeQueueHandler } from '../../../src/aws/queue/queue-handler.ts';
import type { Outcome } from '../../../src/stream/ports.ts';
import { onBus } from '../../stream/memory-home.ts';

/** A handler whose calls to SQS are written down and, if `failing` says why, all refused. */
function aHandler(
  outcomes: readonly Outcome[] | Error,
  failing?: string,
  { patienceMs, nowMs = 1_000 }: { patienceMs?: number; nowMs?: number } = {},
) {
  const sent: Parameters<QueueCalls['send']>[1][number][] = [];
  const changed: Parameters<QueueCalls['changeVisibility']>[1][number][] = [];
  const counted: Readonly<Record<string, number>>[] = [];
  const handler = makeQueueHandler({
    count: (counts) => void counted.push(counts),
    route: { name: 'record', maxReceives: 5, ...(patienceMs !== undefined && { patienceMs }) },
    now: () => nowMs,
    queueUrl: 'queue',
    deadLetterQueueUrl: 'dead',
    consumer: async () => {
      if (outcomes instanceof Error) throw outcomes;
      return outcomes;
    },
    calls: {
      send: async (_url, entries) => {
        sent.push(...entries);
        return entries.map(() => failing);
      },
      changeVisibility: async (_url, entries) => {
        changed.push(...entries);
        return entries.map(() => failing);
      },
    },
    log: () => {},
    random: () => 0.5,
  });
  return { handler, sent, changed, counted };
}

const record = (messageId: string, receives = 1) => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body: JSON.stringify(onBus({ id: messageId })),
  attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: '1000' },
});
const failures = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test('a dead letter that could not be stored stays in its queue', async () => {
  const { handler } = aHandler([{ kind: 'rejected', reason: 'no' }, { kind: 'delivered' }], 'InternalError');
  expect(await handler({ Records: [record('a'), record('b')] })).toEqual(failures('a'));
});

test('a visibility that could not be changed is a retry all the same', async () => {
  const { handler } = aHandler([{ kind: 'retry', reason: 'later' }], 'InternalError');
  expect(await handler({ Records: [record('a')] })).toEqual(failures('a'));
});

test('a retry waits longer each time, at random, unless the outcome says when', async () => {
  const later: Outcome = { kind: 'retry', reason: 'later' };
  const { handler, changed } = aHandler([
    later,
    later,
    { ...later, afterMs: 90_500 },
    { ...later, afterMs: 9e9 },
    { ...later, afterMs: -5 },
  ]);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const records = ids.map((id, i) => record(id, i === 1 ? 4 : 1));
  expect(await handler({ Records: records })).toEqual(failures(...ids));
  expect(changed.map(({ seconds }) => seconds)).toEqual([1, 8, 91, 39_600, 0]);
});

test('at the last receive a message is given up with the reason of its last retry', async () => {
  const { handler, sent } = aHandler([{ kind: 'retry', reason: 'table is down' }]);
  expect(await handler({ Records: [record('a', 5)] })).toEqual(failures());
  const attributes = {
    Reason: 'retries_exhausted',
    Detail: 'table is down',
    Receives: '5',
    AcceptedAt: '1000',
  };
  expect(sent).toEqual([{ body: record('a').body, attributes }]);
});

test('trap 51: a consumer that throws or answers too little loses nothing that it did not settle', async () => {
  const thrown = aHandler(new Error('broken'));
  expect(await thrown.handler({ Records: [record('a'), record('b')] })).toEqual(failures('a', 'b'));
  const short = aHandler([{ kind: 'delivered' }]);
  expect(await short.handler({ Records: [record('a'), record('b')] })).toEqual(failures('b'));
});

test('trap 50: whatever becomes of a batch, the answer is spelled as Lambda reads it and names its own messages, each once', async () => {
  const outcome = fc.constantFrom<Outcome>(
    { kind: 'delivered' },
    { kind: 'retry', reason: 'later' },
    { kind: 'misconfigured', reason: 'key' },
    { kind: 'rejected', reason: 'no' },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 30 }), async (outcomes) => {
      const ids = outcomes.map((_, i) => `message-${i}`);
      const answer = await aHandler(outcomes).handler({ Records: ids.map((id) => record(id)) });
      expect(Object.keys(answer)).toEqual(['batchItemFailures']);
      const named = answer.batchItemFailures.map((failure) => {
        expect(Object.keys(failure)).toEqual(['itemIdentifier']);
        return failure.itemIdentifier;
      });
      const staying = ids.filter((_, i) => ['retry', 'misconfigured'].includes(outcomes[i]?.kind ?? ''));
      expect(named.toSorted()).toEqual(staying.toSorted());
    }),
  );
});

test('each batch is counted by what became of its messages', async () => {
  const outcomes: readonly Outcome[] = [
    { kind: 'delivered' },
    { kind: 'retry', reason: 'later' },
    { kind: 'rejected', reason: 'no' },
    { kind: 'retry', reason: 'never' },
  ];
  const records = [record('a'), record('b'), record('c'), record('d', 5)];
  const good = aHandler(outcomes);
  const bad = aHandler(outcomes, 'InternalError');

  await good.handler({ Records: records });
  await bad.handler({ Records: records });

  expect(good.counted).toEqual([{ Received: 4, Rejected: 2, Retried: 1 }]);
  expect(bad.counted).toEqual([{ Received: 4, Rejected: 0, Retried: 3 }]);
});

const HOUR_MS = 3_600_000;

test('trap 54: where a route has patience an outage burns no receives: near the redrive a message is sent anew', async () => {
  const down: Outcome = { kind: 'retry', reason: 'http_503', status: 503, afterMs: 7_200_000 };
  const { handler, sent, changed } = aHandler([down, down], undefined, {
    patienceMs: 72 * HOUR_MS,
    nowMs: 71 * HOUR_MS,
  });
  const came = { ...record('b', 4), messageAttributes: { PriorReceives: { stringValue: '8' } } };
  expect(await handler({ Records: [record('a', 3), came] })).toEqual(failures('a'));
  expect(changed).toEqual([{ receiptHandle: 'handle-a', seconds: 7_200 }]);
  const attributes = { AcceptedAt: '1000', QueuedAt: '1000', PriorReceives: '12' };
  expect(sent).toEqual([{ body: came.body, delaySeconds: 900, attributes }]);
});

test('what cannot be sent anew stays', async () => {
  const { handler, changed } = aHandler([{ kind: 'misconfigured', reason: 'http_403' }], 'InternalError', {
    patienceMs: HOUR_MS,
  });
  expect(await handler({ Records: [record('a', 4)] })).toEqual(failures('a'));
  expect(changed).toHaveLength(1);
});

test('patience ends: then a message is given up with its last reason and the vendor’s status', async () => {
  const outcome: Outcome = { kind: 'misconfigured', reason: 'http_403', status: 403 };
  const { handler, sent } = aHandler([outcome], undefined, { patienceMs: HOUR_MS, nowMs: 1_000 + HOUR_MS });
  expect(await handler({ Records: [record('a', 2)] })).toEqual(failures());
  expect(sent[0]?.attributes).toMatchObject({
    Reason: 'retries_exhausted',
    Detail: 'http_403',
    VendorStatus: '403',
    Receives: '2',
  });
});

test('a message that was sent anew counts its patience from when it was first queued', async () => {
  const { handler, sent } = aHandler([{ kind: 'retry', reason: 'http_503' }], undefined, {
    patienceMs: HOUR_MS,
    nowMs: 10 * HOUR_MS,
  });
  const came = {
    ...record('a', 1),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(10 * HOUR_MS) },
    messageAttributes: { QueuedAt: { stringValue: '1000' } },
  };
  await handler({ Records: [came] });
  expect(sent[0]?.attributes.Reason).toBe('retries_exhausted');
});

test('messages that wait for a person are counted apart', async () => {
  const { handler, counted } = aHandler([{ kind: 'misconfigured', reason: 'http_403' }], undefined, {
    patienceMs: HOUR_MS,
  });
  await handler({ Records: [record('a')] });
  expect(counted).toEqual([{ Received: 1, Rejected: 0, Retried: 1, Misconfigured: 1 }]);
});
