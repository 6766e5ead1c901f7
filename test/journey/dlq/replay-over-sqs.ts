/** The same over a real SQS API: a process that replays is killed with letters in hand; what is in the queues then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import { until } from '../../builders/until.ts';
import { elasticMq, startElasticMq } from '../../services/elasticmq/elasticmq.ts';
import { onBus } from '../../stream/memory-home.ts';

export interface SqsFigures {
  readonly letters: number;
  readonly kills: number;
  readonly replayedBeforeKill: number;
  readonly runsAfter: number;
  readonly lost: number;
  /** Copies in the queue beyond the first of a letter: a kill may leave a batch of ten sent and not deleted. */
  readonly twice: number;
  readonly stillDead: number;
}

const CHILD = fileURLToPath(new URL('./replaying-child.ts', import.meta.url));
const PATIENCE_MS = 240_000;

/** Undefined, with the reason, where there is no Java. */
export async function replayOverSqs(letters: number): Promise<SqsFigures | { readonly missing: string }> {
  const part = elasticMq();
  if ('missing' in part) return part;
  const server = await startElasticMq(part);
  const config = {
    endpoint: server.url,
    region: 'elasticmq',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  try {
    const client = new SQSClient(config);
    const { queueUrl, deadUrl } = await twoQueues(client);
    await fill(client, deadUrl, letters);
    const betweenSendAndDelete = startChild(server.url, queueUrl, Math.ceil(letters / 40));
    await once(betweenSendAndDelete, 'exit');
    const anywhere = startChild(server.url, queueUrl);
    await until(async () => (await held(client, queueUrl)) >= letters / 2, PATIENCE_MS);
    anywhere.kill('SIGKILL');
    await once(anywhere, 'exit');
    const replayedBeforeKill = await held(client, queueUrl);

    let runsAfter = 0;
    while ((await held(client, deadUrl)) > 0) {
      const next = startChild(server.url, queueUrl);
      const [code] = await once(next, 'exit');
      if (code !== 0) throw new Error(`a replay ended with ${code}`);
      runsAfter++;
    }
    const copies = await drain(config, queueUrl);
    const stillDead = await held(client, deadUrl);
    return {
      letters,
      kills: 2,
      replayedBeforeKill,
      runsAfter,
      lost: letters - copies.size,
      twice: [...copies.values()].reduce((sum, count) => sum + count - 1, 0),
      stillDead,
    };
  } finally {
    await server.stop();
  }
}

async function twoQueues(client: SQSClient) {
  const create = async (QueueName: string, Attributes = {}) =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string;
  const deadUrl = await create('destination-dead');
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 1_000 });
  return { queueUrl: await create('destination', { RedrivePolicy }), deadUrl };
}

async function fill(client: SQSClient, QueueUrl: string, letters: number): Promise<void> {
  for (let from = 0; from < letters; from += 10) {
    const Entries = Array.from({ length: Math.min(10, letters - from) }, (_, i) => ({
      Id: `${i}`,
      MessageBody: JSON.stringify(onBus({ id: `e-${from + i}`, tenantId: 'acme' })),
    }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

function startChild(endpoint: string, queueUrl: string, dieAt?: number) {
  const args = [CHILD, endpoint, queueUrl, ...(dieAt === undefined ? [] : [String(dieAt)])];
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function held(client: SQSClient, QueueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

/** Takes everything, and says how many copies of each there were. */
async function drain(
  config: Parameters<typeof sqsCalls>[0],
  queueUrl: string,
): Promise<ReadonlyMap<string, number>> {
  const calls = sqsCalls(config);
  const copies = new Map<string, number>();
  for (;;) {
    const messages = await calls.receive(queueUrl, 60);
    if (messages.length === 0) return copies;
    for (const { Body = '' } of messages) {
      const { id } = (JSON.parse(Body) as { readonly detail: { readonly id: string } }).detail;
      copies.set(id, (copies.get(id) ?? 0) + 1);
    }
    await calls.remove(
      queueUrl,
      messages.map(({ ReceiptHandle = '' }) => ReceiptHandle),
    );
  }
}
