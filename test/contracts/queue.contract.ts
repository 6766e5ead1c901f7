/** What every queue between the bus and a consumer must do, at home and in AWS. It promises no order. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { QueuedRoute } from '../../src/domain/topology.ts';
import type { Consumer, DeadLetter, Outcome, QueueMessage } from '../../src/stream/ports.ts';
import { until } from '../builders/until.ts';

export interface QueueUnderTest {
  /** As short a visibility as the adapter can have. */
  readonly route: QueuedRoute;
  /** Puts bus events with these details on the queue. */
  send(details: readonly { readonly id: string }[]): Promise<void>;
  consume(consumer: Consumer): { stop(): Promise<void> };
  deadLetters(): Promise<readonly DeadLetter[]>;
  end(): Promise<void>;
}

const delivered: Outcome = { kind: 'delivered' };
const idOf = ({ event }: { event: { detail: unknown } }) => (event.detail as { id: string }).id;
const events = (...ids: readonly string[]) => ids.map((id) => ({ id }));

export function queueContract(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`the queue of ${name}`, () => {
    let queue: QueueUnderTest;
    let received: QueueMessage[];
    const ids = () => received.map(idOf).toSorted();
    const receiveCounts = (id: string) =>
      received.filter((message) => idOf(message) === id).map(({ receiveCount }) => receiveCount);

    const consumeWith = (outcome: (message: QueueMessage) => Outcome) =>
      queue.consume(async (messages) => {
        received.push(...messages);
        return messages.map(outcome);
      });

    beforeEach(async () => {
      queue = await make();
      received = [];
    });
    afterEach(() => queue.end());

    test('a message is handed out once when it is delivered, before and after the consumer came', async () => {
      await queue.send(events('early'));
      consumeWith(() => delivered);
      await until(() => received.length === 1);
      await queue.send(events('late', 'later'));
      await until(() => received.length === 3);

      expect(ids()).toEqual(['early', 'late', 'later']);
      expect(received.map(({ receiveCount }) => receiveCount)).toEqual([1, 1, 1]);
      expect(await queue.deadLetters()).toEqual([]);
    });

    test('a batch is never larger than the topology says, and all of a long queue comes', async () => {
      const sizes: number[] = [];
      queue.consume(async (messages) => {
        sizes.push(messages.length);
        received.push(...messages);
        return messages.map(() => delivered);
      });
      const many = Array.from({ length: queue.route.batchSize * 3 + 1 }, (_, n) => `e${n}`);

      await queue.send(events(...many));
      await until(() => received.length === many.length);

      expect(ids()).toEqual(many.toSorted());
      expect(Math.max(...sizes)).toBeLessThanOrEqual(queue.route.batchSize);
    });

    test('only what failed is tried again', async () => {
      consumeWith((message) =>
        idOf(message) === 'bad' && message.receiveCount < 3
          ? { kind: 'retry', reason: 'not yet', afterMs: 0 }
          : delivered,
      );
      await queue.send(events('good', 'bad', 'fine'));
      await until(() => receiveCounts('bad').length === 3);

      expect(receiveCounts('bad')).toEqual([1, 2, 3]);
      expect(receiveCounts('good')).toEqual([1]);
      expect(receiveCounts('fine')).toEqual([1]);
    });

    test('a rejected message waits with its reason among the dead letters, at once, the rest goes on', async () => {
      consumeWith((message) =>
        idOf(message) === 'bad'
          ? { kind: 'rejected', reason: 'invalid_event', detail: 'action: missing' }
          : delivered,
      );
      await queue.send(events('bad', 'good'));
      await until(async () => (await queue.deadLetters()).length === 1 && received.length === 2);

      expect(receiveCounts('bad')).toEqual([1]);
      const [letter] = await queue.deadLetters();
      expect(letter).toMatchObject({
        queue: queue.route.name,
        reason: 'invalid_event',
        detail: 'action: missing',
        receiveCount: 1,
        acceptedAtMs: received[0]?.acceptedAtMs,
        event: { detail: { id: 'bad' } },
      });
    });

    test('a message that never succeeds is given up after the receives that the topology allows', async () => {
      consumeWith(() => ({ kind: 'retry', reason: 'down', afterMs: 0 }));
      await queue.send(events('bad'));
      await until(async () => (await queue.deadLetters()).length === 1);

      expect(receiveCounts('bad')).toEqual(Array.from({ length: queue.route.maxReceives }, (_, n) => n + 1));
      expect((await queue.deadLetters())[0]).toMatchObject({ reason: 'retries_exhausted', detail: 'down' });
    });

    test('a throw means that the whole batch is tried again', async () => {
      let thrown = false;
      queue.consume(async (messages) => {
        received.push(...messages);
        if (!thrown) {
          thrown = true;
          throw new Error('broken');
        }
        return messages.map(() => delivered);
      });
      await queue.send(events('a', 'b'));
      await until(() => receiveCounts('a').at(-1) === 2);

      expect(receiveCounts('a')).toEqual([1, 2]);
    });

    test('a consumer that never answers loses its batch to the next receive', async () => {
      let first = true;
      queue.consume((messages) => {
        received.push(...messages);
        if (!first) return Promise.resolve(messages.map(() => delivered));
        first = false;
        return new Promise(() => {});
      });
      await queue.send(events('a'));
      await until(() => received.length === 2);

      expect(receiveCounts('a')).toEqual([1, 2]);
    });

    test('stop waits for the batch in hand and settles it', async () => {
      let finish = () => {};
      const consumption = queue.consume(async (messages) => {
        received.push(...messages);
        await new Promise<void>((resolve) => (finish = resolve));
        return messages.map(() => delivered);
      });
      await queue.send(events('a'));
      await until(() => received.length === 1);
      const stopped = consumption.stop();
      finish();
      await stopped;
      await queue.send(events('b'));
      consumeWith(() => delivered);
      await until(() => received.length === 2);

      expect(ids()).toEqual(['a', 'b']);
    });
  });
}
