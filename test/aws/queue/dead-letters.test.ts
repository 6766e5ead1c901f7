import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { makeDeadLetters } from '../../../src/aws/queue/dead-letters.ts';
import { type QueueCalls, sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import { makeQueueHandler } from '../../../src/aws/queue/queue-handler.ts';
import { TOPOLOGY } from '../../../src/domain/topology.ts';
import type { Consumer, DeadLetter, DeadLetters } from '../../../src/stream/ports.ts';
import { until } from '../../builders/until.ts';
import { deadLettersContract } from '../../contracts/dead-letters.contract.ts';
import { onBus } from '../../stream/memory-home.ts';
import { aQueue, sqsConfig, withElasticMq } from './a-queue.ts';
import { runMapping } from './event-source-mapping.ts';

type Queue = Awaited<ReturnType<typeof aQueue>>;
const body = (id: string) => JSON.stringify(onBus({ id, tenantId: 'acme', action: 'a' }));
const replay = { atMs: 1, by: 'ada', run: 'run-0000000000001-00000000' };
const take = () => ({ kind: 'take' }) as const;
const idOf = (letter: DeadLetter) => (letter.event.detail as { id: string }).id;

/** This one server knows at once that it has none: no need to wait for the others. */
function promptCalls(): QueueCalls {
  const calls = sqsCalls(sqsConfig());
  return { ...calls, receive: (url, holdSeconds) => calls.receive(url, holdSeconds) };
}

function consume(queue: Queue, name: string, consumer: Consumer) {
  const route = { ...TOPOLOGY.record, name, batchSize: 10 };
  const handler = makeQueueHandler({
    ...queue,
    route,
    consumer,
    calls: sqsCalls(sqsConfig()),
    log: () => {},
    random: () => 0,
  });
  return runMapping({ ...queue, handler, batchSize: 10, timeoutMs: 900, reportBatchItemFailures: true });
}

async function held(client: SQSClient, QueueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

/** Sends bodies to a queue as they are. */
async function fill({ client }: Queue, QueueUrl: string, bodies: readonly string[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += 10) {
    const Entries = bodies.slice(from, from + 10).map((MessageBody, i) => ({ Id: `${i}`, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

function lettersOf(queue: Queue, over: Partial<QueueCalls> = {}, now?: () => number) {
  const counted: Record<string, number> = {};
  const deadLetters = makeDeadLetters({
    calls: { ...promptCalls(), ...over },
    queues: { queues: { record: queue.queueUrl }, withoutQueue: {} },
    count: (_, counts) => {
      for (const [name, count] of Object.entries(counts)) counted[name] = (counted[name] ?? 0) + count;
    },
    ...(now && { now }),
  });
  return { deadLetters, counted };
}

async function seen(deadLetters: DeadLetters): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await deadLetters.look({}, (letter) => {
    letters.push(letter);
    return 'more';
  });
  return letters;
}

withElasticMq(() => {
  deadLettersContract('SQS', async () => {
    const queues = {
      first: await aQueue({ visibilitySeconds: 1 }),
      second: await aQueue({ visibilitySeconds: 1 }),
    };
    const of = (name: string) => queues[name as keyof typeof queues];
    return {
      deadLetters: makeDeadLetters({
        calls: promptCalls(),
        queues: {
          queues: { first: queues.first.queueUrl, second: queues.second.queueUrl },
          withoutQueue: {},
        },
      }),
      queues: ['first', 'second'],
      send: (name, details) =>
        fill(
          of(name),
          of(name).queueUrl,
          details.map((detail) => JSON.stringify(onBus(detail))),
        ),
      consume: (name, consumer) => consume(of(name), name, consumer),
      end: async () => {},
    };
  });

  test('a letter is deleted only when its copy is safe: what SQS refuses to take stays, with the cause', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b', 'c'].map(body));
    const calls = sqsCalls(sqsConfig());
    const { deadLetters, counted } = lettersOf(queue, {
      send: async (url, entries) => {
        const good = entries.filter(({ body }) => !body.includes('"b"'));
        await calls.send(url, good);
        return entries.map((entry) => (good.includes(entry) ? undefined : 'InternalError'));
      },
    });

    const moved = await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take });

    expect(moved).toMatchObject({ moved: 2, failed: { InternalError: 1 } });
    expect(moved.next).toBeUndefined();
    expect(await held(queue.client, queue.queueUrl)).toBe(2);
    expect(await held(queue.client, queue.deadLetterQueueUrl)).toBe(1);
    expect(counted).toEqual({ Replayed: 2 });
  });

  test('a step that cannot delete says so, and its letters are in both queues: twice, never lost', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b'].map(body));
    const { deadLetters } = lettersOf(queue, {
      remove: async (_, handles) => handles.map(() => 'InternalError'),
    });

    const moved = await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take });

    expect(moved).toMatchObject({ moved: 0, failed: { sent_but_not_deleted: 2 } });
    expect(await held(queue.client, queue.queueUrl)).toBe(2);
    expect(await held(queue.client, queue.deadLetterQueueUrl)).toBe(2);
  });

  test('a delete that fails for one entry is tried once more', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b'].map(body));
    const calls = sqsCalls(sqsConfig());
    let isFirst = true;
    const { deadLetters } = lettersOf(queue, {
      remove: async (url, handles) => {
        if (!isFirst) return calls.remove(url, handles);
        isFirst = false;
        await calls.remove(url, handles.slice(1));
        return handles.map((_, i) => (i === 0 ? 'InternalError' : undefined));
      },
    });

    expect(await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take })).toMatchObject({
      moved: 2,
      failed: {},
    });
    expect(await held(queue.client, queue.deadLetterQueueUrl)).toBe(0);
  });

  test('what an outage interrupts is told as far as it came', async () => {
    const queue = await aQueue();
    await fill(
      queue,
      queue.deadLetterQueueUrl,
      Array.from({ length: 30 }, (_, n) => body(`${n}`)),
    );
    const calls = sqsCalls(sqsConfig());
    let receives = 0;
    const { deadLetters } = lettersOf(queue, {
      receive: async (...args) => {
        if (++receives > 2) throw new Error('down');
        return calls.receive(...args);
      },
    });

    const moved = await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take });

    expect(moved.moved).toBe(20);
    expect(moved.next).toEqual(expect.any(String));
    await expect(deadLetters.move({ limit: 100, to: 'queue', replay, decide: take })).rejects.toThrow('down');
  });

  test('two operators at once: each letter goes back once, whoever takes it', async () => {
    const queue = await aQueue();
    await fill(
      queue,
      queue.deadLetterQueueUrl,
      Array.from({ length: 120 }, (_, n) => body(`${n}`)),
    );
    const all = async () => {
      const { deadLetters } = lettersOf(queue);
      let moved = 0;
      for (let next: string | undefined; ; ) {
        const step = await deadLetters.move({
          limit: 15,
          to: 'queue',
          replay,
          decide: take,
          ...(next !== undefined && { from: next }),
        });
        moved += step.moved;
        next = step.next;
        if (next === undefined) return moved;
      }
    };

    const [one, other] = await Promise.all([all(), all()]);

    expect(one + other).toBe(120);
    expect(await held(queue.client, queue.queueUrl)).toBe(120);
    expect(await held(queue.client, queue.deadLetterQueueUrl)).toBe(0);
  });

  test('what one operator has in hand is told to the other, who cannot look at it', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b', 'c'].map(body));
    await sqsCalls(sqsConfig()).receive(queue.deadLetterQueueUrl, 60);
    const { deadLetters } = lettersOf(queue);

    expect(await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take })).toMatchObject({
      moved: 0,
      hidden: 3,
    });
    expect(await deadLetters.look({}, () => 'more')).toEqual({ scanned: 0, isComplete: true, remaining: 3 });
  });

  test('what a run of one step leaves is seen again at once; of more steps, when its hold ends', async () => {
    const queue = await aQueue();
    await fill(
      queue,
      queue.deadLetterQueueUrl,
      Array.from({ length: 30 }, (_, n) => body(`${n}`)),
    );
    const isEven = (letter: DeadLetter) => Number(idOf(letter)) % 2 === 0;
    const decide = (letter: DeadLetter) => (isEven(letter) ? take() : ({ kind: 'leave' } as const));
    const { deadLetters } = lettersOf(queue);

    const step = await deadLetters.move({ limit: 10, to: 'nowhere', replay, decide });
    const hidden = 30 - 10 - (await seen(deadLetters)).length;
    const rest = await deadLetters.move({ limit: 10, to: 'nowhere', replay, decide, from: step.next ?? '' });

    expect(hidden).toBeGreaterThan(0);
    expect(rest).toMatchObject({ moved: 5 });
    expect(rest.next).toBeUndefined();
    expect(await held(queue.client, queue.deadLetterQueueUrl)).toBe(15);

    const other = await aQueue();
    await fill(other, other.deadLetterQueueUrl, ['1', '2', '3'].map(body));
    const { deadLetters: few } = lettersOf(other);
    await few.move({ limit: 10, to: 'nowhere', replay, decide });
    expect((await seen(few)).map(idOf).toSorted()).toEqual(['1', '3']);
  });

  test('a run whose holds have ended begins a new pass, and still ends', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b'].map(body));
    const { deadLetters } = lettersOf(queue);
    const over = `record ${Date.now() - 1} 0`;

    expect(await deadLetters.move({ limit: 100, to: 'queue', replay, decide: take, from: over })).toEqual({
      moved: 2,
      skipped: {},
      failed: {},
      hidden: 0,
    });
  });

  test('trap 62: what the bus itself gave up says why and goes back as it is; what is no event can only be shown and purged', async () => {
    const queue = await aQueue();
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await queue.client.send(
      new SendMessageCommand({
        QueueUrl: queue.deadLetterQueueUrl,
        MessageBody: body('a'),
        MessageAttributes: {
          RULE_ARN: attribute('arn:aws:events:us-east-1:111111111111:rule/audit/record'),
          ERROR_CODE: attribute('NO_PERMISSIONS'),
          ERROR_MESSAGE: attribute('not allowed'),
        },
      }),
    );
    await fill(queue, queue.deadLetterQueueUrl, ['no JSON {']);
    const { deadLetters } = lettersOf(queue);

    const letters = await seen(deadLetters);
    expect(letters.find(({ isForeign }) => !isForeign)).toMatchObject({
      reason: 'undelivered',
      detail: 'NO_PERMISSIONS: not allowed',
    });
    expect(letters.find(({ isForeign }) => isForeign)).toMatchObject({
      reason: 'retries_exhausted',
      event: { detail: 'no JSON {' },
    });
    await deadLetters.move({
      limit: 10,
      to: 'queue',
      replay,
      decide: ({ isForeign }) => (isForeign ? { kind: 'skip', reason: 'not_an_event' } : take()),
    });
    const bodies: string[] = [];
    const running = consume(queue, 'record', async (messages) => {
      bodies.push(...messages.map(({ event }) => JSON.stringify(event)));
      return messages.map(() => ({ kind: 'delivered' }));
    });
    await until(() => bodies.length === 1);
    await running.stop();
    expect(bodies).toEqual([body('a')]);
  });

  test('no short answer of SQS is believed: before a queue counts as empty it is asked with a wait', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, ['a', 'b'].map(body));
    const calls = sqsCalls(sqsConfig());
    const waits: number[] = [];
    const { deadLetters } = lettersOf(queue, {
      receive: async (url, holdSeconds, waitSeconds = 0) => {
        waits.push(waitSeconds);
        // Its servers know of none, all of them, then of none again.
        return waitSeconds === 0 && waits.length === 1 ? [] : calls.receive(url, holdSeconds, waitSeconds);
      },
    });

    expect((await seen(deadLetters)).length).toBe(2);
    expect(waits).toEqual([0, 1, 0, 1]);
  });

  test('a subject of any text travels as provenance', async () => {
    const queue = await aQueue();
    await fill(queue, queue.deadLetterQueueUrl, [body('a')]);
    const { deadLetters } = lettersOf(queue);
    const by = '\u0001"größe" \uffff 😀';
    expect(
      await deadLetters.move({ limit: 1, to: 'queue', replay: { ...replay, by }, decide: take }),
    ).toMatchObject({ moved: 1, failed: {} });
    const [message] = await sqsCalls(sqsConfig()).receive(queue.queueUrl, 1);
    expect(JSON.parse(message?.MessageAttributes?.Replays?.StringValue ?? '')).toEqual({
      count: 1,
      last: [{ ...replay, by: by.replace('\uffff', '\ufffd') }],
    });
  });

  test('a queue without dead letters of its own is said by name', async () => {
    const queue = await aQueue();
    const deadLetters = makeDeadLetters({
      calls: sqsCalls(sqsConfig()),
      queues: { queues: { record: queue.deadLetterQueueUrl }, withoutQueue: {} },
    });
    await expect(deadLetters.queues()).rejects.toThrow('has no dead-letter queue');
  });
});
