/** Messages of a dead-letter queue in hand: how many there are, when there are no more, and how they are let go. */
import type { QueueCalls } from './queue-calls.ts';

/** About how many messages a queue has: for all, and in somebody's hands. */
export async function heldIn(
  calls: Pick<QueueCalls, 'attributes'>,
  queueUrl: string,
): Promise<{ readonly visible: number; readonly hidden: number }> {
  const attributes = await calls.attributes(queueUrl);
  return {
    visible: Number(attributes.ApproximateNumberOfMessages ?? 0),
    hidden: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** Where that fails they are seen again when their hold ends. */
export async function release(
  calls: Pick<QueueCalls, 'changeVisibility'>,
  queueUrl: string,
  receiptHandles: readonly string[],
): Promise<void> {
  if (receiptHandles.length === 0) return;
  await calls.changeVisibility(
    queueUrl,
    receiptHandles.map((receiptHandle) => ({ receiptHandle, seconds: 0 })),
  );
}

/** The first short receive may have asked few of SQS's servers; the second waits a second and asks them all.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
export const ENOUGH_EMPTY = 2;
