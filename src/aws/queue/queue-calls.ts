/** What is asked of SQS: batch calls of any number of entries, receiving, and how a queue is set up. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { batchedCalls } from './batched-calls.ts';
import { inBatches } from './in-batches.ts';

export interface Outgoing {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** 0 to 900. */
  readonly delaySeconds?: number;
}

export interface VisibilityChange {
  readonly receiptHandle: string;
  readonly seconds: number;
}

export interface QueueCalls {
  /** One answer an entry, in order: undefined where it is stored, else why not. Never throws. */
  send(queueUrl: string, entries: readonly Outgoing[]): Promise<readonly (string | undefined)[]>;
  /** The same, for when messages reappear. */
  changeVisibility(
    queueUrl: string,
    entries: readonly VisibilityChange[],
  ): Promise<readonly (string | undefined)[]>;
  /** The same, for messages that are done. */
  remove(queueUrl: string, receiptHandles: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Up to ten messages, hidden from others for `visibilitySeconds`; attributes included. A wait asks all of SQS's
   * servers, so none means that there are none; without it some may be missed. */
  receive(queueUrl: string, visibilitySeconds: number, waitSeconds?: number): Promise<readonly Message[]>;
  attributes(queueUrl: string): Promise<Readonly<Partial<Record<string, string>>>>;
}

/** Over the AWS SDK. Tries three times, each a second and a half at most. */
export function sqsCalls(config: SQSClientConfig = {}): QueueCalls {
  const client = new SQSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
    ...config,
  });
  return {
    ...batchedCalls({
      send: (input) => client.send(new SendMessageBatchCommand(input)),
      changeVisibility: (input) => client.send(new ChangeMessageVisibilityBatchCommand(input)),
    }),
    remove: (QueueUrl, receiptHandles) =>
      inBatches(
        receiptHandles,
        () => 0,
        (batch) => {
          const Entries = batch.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
          return client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        },
      ),
    async attributes(QueueUrl) {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return Attributes;
    },
    async receive(QueueUrl, VisibilityTimeout, WaitTimeSeconds = 0) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          VisibilityTimeout,
          WaitTimeSeconds,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages;
    },
  };
}
