/** SQS without the SDK: a destination's Lambda needs it only when something goes wrong. */
import { jsonCall } from '../http/json-call.ts';
import type { SignedClient } from '../http/signed-client.ts';
import { batchedCalls, type SendBatch, type VisibilityBatch } from './batched-calls.ts';
import type { BatchAnswer } from './in-batches.ts';
import type { QueueCalls } from './queue-calls.ts';

/** `client` is one for the service `sqs`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html */
export function leanQueueCalls(
  client: Pick<SignedClient, 'withHeaders'>,
): Pick<QueueCalls, 'send' | 'changeVisibility'> {
  const call = <Input>(operation: string) =>
    jsonCall<Input, BatchAnswer>({ client, target: `AmazonSQS.${operation}`, version: '1.0' });
  return batchedCalls({
    send: call<SendBatch>('SendMessageBatch'),
    changeVisibility: call<VisibilityBatch>('ChangeMessageVisibilityBatch'),
  });
}
