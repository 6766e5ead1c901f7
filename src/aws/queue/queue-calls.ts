/** What the consumers of queues ask of SQS: three batch calls, of any number of entries. */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { batchedCalls } from './batched-calls.ts';

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
  /** Up to ten messages, hidden from others for `visibilitySeconds`; attributes included. */
  receive(queueUrl: string, visibilitySeconds: number): Promise<readonly Message[]>;
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
    async receive(QueueUrl, VisibilityTimeout) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          VisibilityTimeout,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages;
    },
  };
}
