/** What a deployment's queues answer its operators, in ElasticMQ: found by the queues' own redrive policies. */

import { expect, test } from '@jest/globals';
import { makeOperations } from '../../../src/aws/operations/operations.ts';
import { sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import type { DeadLetter } from '../../../src/stream/ports.ts';
import { onBus } from '../../stream/memory-home.ts';
import { aQueue, sqsConfig, withElasticMq } from '../queue/a-queue.ts';

withElasticMq(() => {
  async function someOperations() {
    const { queueUrl, deadLetterQueueUrl } = await aQueue();
    const operations = makeOperations({
      busName: 'audit',
      recordRuleName: 'audit|record',
      recordQueueUrl: queueUrl,
      recordDeadLetterQueueUrl: deadLetterQueueUrl,
      queues: { queues: { record: queueUrl }, withoutQueue: { broadcast: (await aQueue()).queueUrl } },
      sqs: sqsConfig(),
    });
    return { deadLetterQueueUrl, operations };
  }
  const body = (id: string) => JSON.stringify(onBus({ id }));

  test('dead letters are listed with their reason, again and again', async () => {
    const { deadLetterQueueUrl, operations } = await someOperations();
    await sqsCalls(sqsConfig()).send(deadLetterQueueUrl, [
      {
        body: body('a'),
        attributes: { Reason: 'id_conflict', Detail: 'taken', Receives: '1', AcceptedAt: '7' },
      },
    ]);

    for (let look = 0; look < 2; look++) {
      const letters: DeadLetter[] = [];
      await operations.deadLetters.look({}, (letter) => {
        letters.push(letter);
        return 'more';
      });
      expect(letters).toMatchObject([
        {
          queue: 'record',
          reason: 'id_conflict',
          detail: 'taken',
          receiveCount: 1,
          acceptedAtMs: 7,
          event: { detail: { id: 'a' } },
        },
      ]);
    }
    expect(await operations.deadLetters.queues()).toEqual([
      { name: 'record', isConsumed: true },
      { name: 'broadcast', isConsumed: false },
    ]);
  });
});
