import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { makeSignedClient } from '../../../src/aws/http/signed-client.ts';
import { makeDeadLetters } from '../../../src/aws/queue/dead-letters.ts';
import { leanQueueCalls } from '../../../src/aws/queue/lean-queue-calls.ts';
import { sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import { makeQueueHandler } from '../../../src/aws/queue/queue-handler.ts';
import { renewed } from '../../../src/aws/queue/renew.ts';
import { TOPOLOGY } from '../../../src/domain/topology.ts';
import type { Consumer, DeadLetter, QueueMessage } from '../../../src/stream/ports.ts';
import { until } from '../../builders/until.ts';
import { queueContract } from '../../contracts/queue.contract.ts';
import { onBus } from '../../stream/memory-home.ts';
import { aQueue, sqsConfig, withElasticMq } from './a-queue.ts';
import { runMapping } from './event-source-mapping.ts';

const silent = () => {};
const route = { ...TOPOLOGY.record, batchSize: 10, visibilityMs: 1_000 };

/** SQS's JSON API as the SDK speaks it, and as the lean client does. */
const leanCalls = () =>
  leanQueueCalls(
    makeSignedClient({
      service: 'sqs',
      ...sqsConfig(),
      credentials: () => ({ accessKeyId: 'x', secretAccessKey: 'x' }),
    }),
  );

async function aConsumedQueue(lean?: 'lean') {
  const queue = await aQueue({ visibilitySeconds: 1, maxReceives: route.maxReceives });
  const calls = { ...sqsCalls(sqsConfig()), ...(lean && leanCalls()) };
  const running: { stop(): Promise<void> }[] = [];
  const letters = makeDeadLetters({
    calls: { ...calls, receive: (url, holdSeconds) => calls.receive(url, holdSeconds) },
    queues: { queues: { record: queue.queueUrl }, withoutQueue: {} },
  });
  return {
    ...queue,
    send: (body: string) =>
      queue.client.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody: body })),
    consume(consumer: Consumer, reportBatchItemFailures = true) {
      // No jitter: a retry is due at once.
      const handler = makeQueueHandler({ ...queue, route, consumer, calls, log: silent, random: () => 0 });
      const { batchSize } = route;
      const mapping = runMapping({ ...queue, handler, batchSize, timeoutMs: 900, reportBatchItemFailures });
      running.push(mapping);
      return mapping;
    },
    deadLetters: async () => {
      const found: DeadLetter[] = [];
      await letters.look({}, (letter) => {
        found.push(letter);
        return 'more';
      });
      return found;
    },
    end: async () => {
      await Promise.all(running.map((mapping) => mapping.stop()));
    },
  };
}

async function count(client: SQSClient, QueueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

withElasticMq(() => {
  for (const lean of [undefined, 'lean'] as const)
    queueContract(`SQS, ${lean ?? 'SDK'}`, async () => {
      const queue = await aConsumedQueue(lean);
      return {
        route,
        send: async (details) => {
          for (const detail of details) await queue.send(JSON.stringify(onBus(detail)));
        },
        consume: (consumer) => queue.consume(consumer),
        deadLetters: queue.deadLetters,
        end: queue.end,
      };
    });

  test('a message leaves the queue when it is settled, and is nowhere twice', async () => {
    const queue = await aConsumedQueue();
    for (const id of ['a', 'b', 'c']) await queue.send(JSON.stringify(onBus({ id })));
    queue.consume(async (messages) =>
      messages.map(({ event }) =>
        (event.detail as { id: string }).id === 'b'
          ? { kind: 'rejected', reason: 'no' }
          : { kind: 'delivered' },
      ),
    );

    await until(async () => (await count(queue.client, queue.queueUrl)) === 0);
    expect(await count(queue.client, queue.deadLetterQueueUrl)).toBe(1);
    await queue.end();
  });

  test('what is no event of the bus is given up with its body, whatever stands in it', async () => {
    const queue = await aConsumedQueue();
    const received: QueueMessage[] = [];
    const bodies = ['no JSON {', '[]', 'null', '{"id":"x"}', '"größe 😀"'];
    for (const body of [...bodies, JSON.stringify(onBus({ id: 'good' }))]) await queue.send(body);
    queue.consume(async (messages) => {
      received.push(...messages);
      return messages.map(() => ({ kind: 'delivered' }));
    });

    await until(async () => (await queue.deadLetters()).length === bodies.length && received.length === 1);
    const letters = await queue.deadLetters();
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['invalid_message']));
    expect(letters.map(({ event }) => event.detail).toSorted()).toEqual(bodies.toSorted());
    await queue.end();
  });

  test('trap 64: a reason of any text is stored, and what SQS cannot hold is replaced', async () => {
    const queue = await aConsumedQueue();
    await queue.send(JSON.stringify(onBus({ id: 'a' })));
    const detail = `${'\u0000\u0008\u001f\uffff\ud800'}ok "größe" ${'😀'.repeat(2_000)}`;
    queue.consume(async (messages) => messages.map(() => ({ kind: 'rejected', reason: '\u0001', detail })));

    await until(async () => (await queue.deadLetters()).length === 1);
    const [letter] = await queue.deadLetters();
    expect(letter?.reason).toBe('\ufffd');
    expect(letter?.detail?.slice(0, 15)).toBe(`${'\ufffd'.repeat(5)}ok "größe"`);
    expect(letter?.detail?.isWellFormed()).toBe(true);
    await queue.end();
  });

  test('a message that came back from the dead letters keeps the time of its first acceptance', async () => {
    const queue = await aConsumedQueue();
    const received: QueueMessage[] = [];
    const body = JSON.stringify(onBus({ id: 'a' }));
    await sqsCalls(sqsConfig()).send(queue.queueUrl, [{ body, attributes: { AcceptedAt: '123' } }]);
    queue.consume(async (messages) => {
      received.push(...messages);
      return messages.map(() => ({ kind: 'delivered' }));
    });

    await until(() => received.length === 1);
    expect(received[0]?.acceptedAtMs).toBe(123);
    await queue.end();
  });

  test('a consumer that dies with every receive leaves its message among the dead letters', async () => {
    const queue = await aConsumedQueue();
    await queue.send(JSON.stringify(onBus({ id: 'a' })));
    const mapping = runMapping({
      ...queue,
      batchSize: 10,
      timeoutMs: 50,
      reportBatchItemFailures: true,
      handler: () => new Promise(() => {}),
    });

    await until(async () => (await queue.deadLetters()).length === 1);
    expect(await queue.deadLetters()).toMatchObject([
      { reason: 'retries_exhausted', event: { detail: { id: 'a' } } },
    ]);
    await mapping.stop();
  });

  test('trap 49: without ReportBatchItemFailures a retry would be deleted: the mapping must say it', async () => {
    const queue = await aConsumedQueue();
    await queue.send(JSON.stringify(onBus({ id: 'a' })));
    queue.consume(
      async (messages) => messages.map(() => ({ kind: 'retry', reason: 'later', afterMs: 0 })),
      false,
    );

    await until(async () => (await count(queue.client, queue.queueUrl)) === 0);
    expect(await queue.deadLetters()).toEqual([]);
    await queue.end();
  });

  test('more than one call holds is stored in several, in order', async () => {
    const queue = await aQueue();
    const bodies = Array.from({ length: 25 }, (_, n) => (n % 5 === 0 ? `${n}`.padEnd(400_000, 'x') : `${n}`));
    const tooLarge = 'x'.repeat(1024 * 1024 + 1);

    const answers = await sqsCalls(sqsConfig()).send(
      queue.queueUrl,
      [...bodies, tooLarge].map((body) => ({ body, attributes: {} })),
    );

    expect(answers.slice(0, 25)).toEqual(bodies.map(() => undefined));
    expect(answers[25]).toEqual(expect.any(String));
    expect(await count(queue.client, queue.queueUrl)).toBe(25);
  });

  test('a message that waits out an outage is sent anew before the redrive takes it, and remembers since when', async () => {
    const queue = await aConsumedQueue();
    const calls = leanCalls();
    const sentAtMs = 1_700_000_000_000;
    const body = JSON.stringify(onBus({ id: 'a' }));
    const replays = { count: 1, last: [{ atMs: 1, by: 'ada', run: 'run-1' }] };
    const message = { receiveCount: 19, acceptedAtMs: sentAtMs, queuedAtMs: sentAtMs + 5, replays };
    expect(await calls.send(queue.queueUrl, [renewed(body, message, 0)])).toEqual([undefined]);
    const seen: QueueMessage[] = [];
    queue.consume(async (messages) => {
      seen.push(...messages);
      return messages.map(() => ({ kind: 'delivered' }));
    });
    await until(() => seen.length > 0);
    await queue.end();
    expect(seen[0]).toMatchObject({ ...message, receiveCount: 20 });
  });

  test('what SQS refuses is said entry by entry, and a queue that is not there of all', async () => {
    const { queueUrl } = await aConsumedQueue();
    const calls = leanCalls();
    const good = { body: '{}', attributes: {} };
    const [first, second] = await calls.send(queueUrl, [good, { ...good, body: 'x'.repeat(1_100_000) }]);
    expect(first).toBeUndefined();
    expect(second).toEqual(expect.any(String));
    expect(await calls.send(`${queueUrl}-gone`, [good])).toEqual([
      expect.stringContaining('QueueDoesNotExist'),
    ]);
    expect(await calls.changeVisibility(queueUrl, [{ receiptHandle: 'none', seconds: 1 }])).toEqual([
      expect.any(String),
    ]);
  });
});
