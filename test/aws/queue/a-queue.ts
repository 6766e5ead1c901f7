/** ElasticMQ for a test file, with a queue and its dead-letter queue for each test. */
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { elasticMq, startElasticMq } from '../../services/elasticmq/elasticmq.ts';
import type { JavaServer } from '../../services/java-server.ts';

const part = elasticMq();
let server: JavaServer | undefined;
let queues = 0;

/** Runs `tests` with ElasticMQ started before and stopped after them; without Java they are left out, said once. */
export function withElasticMq(tests: () => void): void {
  test('ElasticMQ is there in CI', () => {
    if (process.env.CI) expect(part).not.toHaveProperty('missing');
  });
  if ('missing' in part) {
    console.log(`Left out: the tests against ElasticMQ (${part.missing}).`);
    return;
  }
  beforeAll(async () => {
    server = await startElasticMq(part);
  });
  afterAll(() => server?.stop());
  tests();
}

/** The client's settings for ElasticMQ. */
export function sqsConfig() {
  return {
    endpoint: (server as JavaServer).url,
    region: 'elasticmq',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
}

export async function aQueue({ visibilitySeconds = 30, maxReceives = 5 } = {}) {
  const client = new SQSClient(sqsConfig());
  const name = `queue-${++queues}`;
  const create = async (QueueName: string, Attributes = {}) =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string;
  const deadLetterQueueUrl = await create(`${name}-dead`);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const queueUrl = await create(name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.QueueArn,
      maxReceiveCount: maxReceives,
    }),
  });
  return { client, queueUrl, deadLetterQueueUrl };
}
