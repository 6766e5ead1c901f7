/** The two batch calls of a queue's consumer, over whatever speaks to SQS. */
import { type BatchAnswer, inBatches } from './in-batches.ts';
import type { Outgoing, QueueCalls } from './queue-calls.ts';

/** As the API names its fields. */
export interface SendBatch {
  readonly QueueUrl: string;
  readonly Entries: {
    readonly Id: string;
    readonly MessageBody: string;
    readonly DelaySeconds: number | undefined;
    readonly MessageAttributes: Record<string, { readonly DataType: string; readonly StringValue: string }>;
  }[];
}
export interface VisibilityBatch {
  readonly QueueUrl: string;
  readonly Entries: {
    readonly Id: string;
    readonly ReceiptHandle: string;
    readonly VisibilityTimeout: number;
  }[];
}

export function batchedCalls(calls: {
  readonly send: (input: SendBatch) => Promise<BatchAnswer>;
  readonly changeVisibility: (input: VisibilityBatch) => Promise<BatchAnswer>;
}): Pick<QueueCalls, 'send' | 'changeVisibility'> {
  return {
    send: (QueueUrl, entries) =>
      inBatches(
        entries,
        ({ body, attributes }) => bytesOf(body, attributes),
        (batch) =>
          calls.send({
            QueueUrl,
            Entries: batch.map(({ body, attributes, delaySeconds }, i) => ({
              Id: String(i),
              MessageBody: body,
              DelaySeconds: delaySeconds,
              MessageAttributes: attributesOf(attributes),
            })),
          }),
      ),
    changeVisibility: (QueueUrl, entries) =>
      inBatches(
        entries,
        () => 0,
        (batch) =>
          calls.changeVisibility({
            QueueUrl,
            Entries: batch.map(({ receiptHandle, seconds }, i) => ({
              Id: String(i),
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: seconds,
            })),
          }),
      ),
  };
}

function attributesOf(attributes: Outgoing['attributes']): SendBatch['Entries'][number]['MessageAttributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

/** As SQS counts: body, and names, types and values of the attributes. */
function bytesOf(body: string, attributes: Outgoing['attributes']): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value) + 'String'.length,
    Buffer.byteLength(body),
  );
}
