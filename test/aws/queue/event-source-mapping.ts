/** Lambda's event source mapping for SQS, as AWS documents it: polls, invokes, deletes what did not fail.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SqsRecord } from '../../../src/aws/queue/sqs-record.ts';

export interface Mapping {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  /** The function is killed after it, as by its own time-out. */
  readonly timeoutMs: number;
  /** Without it whatever the function answers means that all is done. */
  readonly reportBatchItemFailures: boolean;
  readonly handler: (event: { Records: SqsRecord[] }) => Promise<unknown>;
}

export function runMapping({ client, queueUrl, handler, ...mapping }: Mapping): { stop(): Promise<void> } {
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(10, mapping.batchSize),
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      else await invoke(Messages);
    }
  })();
  return {
    stop() {
      stopped = true;
      return done;
    },
  };

  async function invoke(messages: readonly Message[]): Promise<void> {
    const records = messages.map(recordOf);
    let timer: NodeJS.Timeout | undefined;
    const killed = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('Task timed out')), mapping.timeoutMs);
    });
    let answer: unknown;
    try {
      // What crosses to the function and back is JSON.
      const event = JSON.parse(JSON.stringify({ Records: records }));
      answer = JSON.parse(JSON.stringify((await Promise.race([handler(event), killed])) ?? null));
    } catch {
      return;
    } finally {
      clearTimeout(timer);
    }
    const failed = mapping.reportBatchItemFailures ? failedOf(answer, records) : new Set<string>();
    if (failed === 'all') return;
    const deleted = records.filter(({ messageId }) => !failed.has(messageId));
    if (deleted.length > 0)
      await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: deleted.map(({ receiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle: receiptHandle })),
        }),
      );
  }
}

/** The documented conditions: an empty answer is success, one that cannot be read fails the whole batch. */
function failedOf(answer: unknown, records: readonly SqsRecord[]): ReadonlySet<string> | 'all' {
  const list = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (list === undefined || list === null) return new Set();
  if (!Array.isArray(list)) return 'all';
  const known = new Set(records.map(({ messageId }) => messageId));
  const ids = list.map((entry) => entry?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && known.has(id)) ? new Set(ids) : 'all';
}

function recordOf(message: Message): SqsRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SqsRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
        name,
        { stringValue: StringValue },
      ]),
    ),
  };
}
