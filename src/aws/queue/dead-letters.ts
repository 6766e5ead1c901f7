/** Reads what waits in a dead-letter queue, without taking it away. */
import type { Message } from '@aws-sdk/client-sqs';
import type { BusEvent } from '../../domain/bus-event.ts';
import type { DeadLetter } from '../../stream/ports.ts';
import { ACCEPTED_AT, DETAIL, REASON, RECEIVES } from './dead-letter-attributes.ts';
import type { QueueCalls } from './queue-calls.ts';
import { busEventOf } from './sqs-record.ts';

export interface DeadLettersOptions {
  readonly calls: Pick<QueueCalls, 'receive' | 'changeVisibility'>;
  /** Name of the consumer → URL of its dead-letter queue. */
  readonly queues: Readonly<Record<string, string>>;
}

/** Up to `limit` letters, oldest first among those that SQS hands out; others see them again at once. Throws if the
 * queue is unknown or cannot be read. */
export type ListDeadLetters = (
  queue: string,
  options: { readonly limit: number },
) => Promise<{ readonly letters: readonly DeadLetter[] }>;

export function makeListDeadLetters({ calls, queues }: DeadLettersOptions): ListDeadLetters {
  return async (queue, { limit }) => {
    const url = Object.hasOwn(queues, queue) ? queues[queue] : undefined;
    if (url === undefined) throw new Error(`there is no queue ${queue}: ${Object.keys(queues).join(', ')}`);
    const messages = new Map<string, Message>();
    try {
      // A short receive may ask few of SQS's servers: two empty ones in a row end it.
      for (let empty = 0; empty < 2 && messages.size < limit; ) {
        const page = await calls.receive(url, HOLD_SECONDS);
        empty = page.length === 0 ? empty + 1 : 0;
        for (const message of page) messages.set(message.MessageId ?? '', message);
      }
    } finally {
      await calls.changeVisibility(
        url,
        [...messages.values()].map(({ ReceiptHandle = '' }) => ({
          receiptHandle: ReceiptHandle,
          seconds: 0,
        })),
      );
    }
    const letters = [...messages.values()].map((message) => letterOf(queue, message));
    return { letters: letters.sort((a, b) => a.deadAtMs - b.deadAtMs).slice(0, limit) };
  };
}

function letterOf(queue: string, message: Message): DeadLetter {
  const { MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  const said = (name: string) => MessageAttributes[name]?.StringValue;
  const sentAtMs = Number(Attributes.SentTimestamp);
  const byBus = said(BUS_ERROR);
  const detail = said(DETAIL) ?? (byBus && `${byBus}: ${said(BUS_ERROR_MESSAGE) ?? ''}`);
  return {
    messageId: MessageId,
    queue,
    // Without a reason of ours the bus gave up, or it was the queue's own redrive: the consumer never answered.
    reason: said(REASON) ?? (byBus ? 'undelivered' : 'retries_exhausted'),
    ...(detail === undefined ? {} : { detail }),
    receiveCount: Number(said(RECEIVES) ?? Attributes.ApproximateReceiveCount),
    acceptedAtMs: Number(said(ACCEPTED_AT) ?? sentAtMs),
    deadAtMs: sentAtMs,
    event: busEventOf(Body) ?? unreadable(MessageId, Body),
  };
}

/** What is no event of the bus, in the shape of one. */
function unreadable(id: string, body: string): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': '',
    source: '',
    account: '',
    time: '',
    region: '',
    resources: [],
    detail: body,
  };
}

/** What EventBridge writes on an event that it could not put into the queue.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq */
const BUS_ERROR = 'ERROR_CODE';
const BUS_ERROR_MESSAGE = 'ERROR_MESSAGE';

const HOLD_SECONDS = 10;
