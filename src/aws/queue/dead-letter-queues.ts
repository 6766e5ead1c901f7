/** The dead-letter queues of a deployment: those of its queues, by each queue's own redrive policy, and those behind which
 * no queue is. */
import type { DeadLetterQueue } from '../../stream/ports.ts';
import type { QueueCalls } from './queue-calls.ts';

/** By the name of the consumer. */
export interface QueueUrls {
  /** Queues whose letters can go back. */
  readonly queues: Readonly<Record<string, string>>;
  /** Dead-letter queues of a Lambda that is called without a queue. */
  readonly withoutQueue: Readonly<Record<string, string>>;
}

export interface Place extends DeadLetterQueue {
  readonly deadLettersUrl: string;
  /** Where letters go back to. */
  readonly queueUrl?: string;
}

/** Asks once a process. Throws what SQS throws, and where a queue has no redrive policy. */
export function makePlaces(
  { queues, withoutQueue }: QueueUrls,
  calls: Pick<QueueCalls, 'attributes'>,
): () => Promise<readonly Place[]> {
  let found: Promise<readonly Place[]> | undefined;
  return () => {
    found ??= find();
    found.catch(() => {
      found = undefined;
    });
    return found;
  };

  async function find(): Promise<readonly Place[]> {
    const consumed = Object.entries(queues).map(async ([name, queueUrl]) => {
      const { RedrivePolicy } = await calls.attributes(queueUrl);
      return { name, isConsumed: true, queueUrl, deadLettersUrl: deadLettersUrl(queueUrl, RedrivePolicy) };
    });
    const others = Object.entries(withoutQueue).map(([name, deadLettersUrl]) => ({
      name,
      isConsumed: false,
      deadLettersUrl,
    }));
    return [...(await Promise.all(consumed)), ...others];
  }
}

/** In the account and region of the queue, as SQS wants it. */
function deadLettersUrl(queueUrl: string, redrivePolicy: string | undefined): string {
  const { deadLetterTargetArn } = JSON.parse(redrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
  if (deadLetterTargetArn === undefined)
    throw new Error(`the queue ${queueUrl} has no dead-letter queue: deploy the stack again`);
  return besides(queueUrl, deadLetterTargetArn.slice(deadLetterTargetArn.lastIndexOf(':') + 1));
}

/** The URL of another queue of the same account and region. */
export function besides(queueUrl: string, name: string): string {
  return queueUrl.slice(0, queueUrl.lastIndexOf('/') + 1) + name;
}

export function nameIn(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
