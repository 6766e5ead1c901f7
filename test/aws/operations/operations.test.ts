/** Dead letters of a deployment, in ElasticMQ: shown, and left where they are. */

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { makeOperations } from '../../../src/aws/operations/operations.ts';
import { sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import { onBus } from '../../stream/memory-home.ts';
import { aQueue, sqsConfig, withElasticMq } from '../queue/a-queue.ts';

withElasticMq(() => {
  async function someOperations() {
    const { client, queueUrl, deadLetterQueueUrl } = await aQueue();
    const operations = makeOperations({
      busName: 'audit',
      recordRuleName: 'audit|record',
      recordQueueUrl: queueUrl,
      recordDeadLetterQueueUrl: deadLetterQueueUrl,
      sqs: sqsConfig(),
    });
    return { client, deadLetterQueueUrl, operations };
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

    for (let look = 0; look < 2; look++)
      expect(await operations.deadLetters.list('record', { limit: 20 })).toMatchObject({
        letters: [
          {
            queue: 'record',
            reason: 'id_conflict',
            detail: 'taken',
            receiveCount: 1,
            acceptedAtMs: 7,
            event: { detail: { id: 'a' } },
          },
        ],
      });
  });

  test('what the bus itself gave up says why, and what no consumer answered says so', async () => {
    const { client, deadLetterQueueUrl, operations } = await someOperations();
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await client.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: body('a'),
        MessageAttributes: {
          RULE_ARN: attribute('arn:aws:events:us-east-1:111111111111:rule/audit/record'),
          ERROR_CODE: attribute('NO_PERMISSIONS'),
          ERROR_MESSAGE: attribute('not allowed'),
        },
      }),
    );
    await client.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: body('b') }));

    const { letters } = await operations.deadLetters.list('record', { limit: 20 });

    expect(
      letters
        .map(({ event, reason, detail }) => [(event.detail as { id: string }).id, reason, detail])
        .sort(),
    ).toEqual([
      ['a', 'undelivered', 'NO_PERMISSIONS: not allowed'],
      ['b', 'retries_exhausted', undefined],
    ]);
  });

  test('a queue that is none has no dead letters', async () => {
    const { operations } = await someOperations();

    expect(await operations.deadLetters.list('other', { limit: 20 })).toEqual({ letters: [] });
  });
});
