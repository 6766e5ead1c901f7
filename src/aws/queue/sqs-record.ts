/** Reads a message as Lambda's event source hands it over.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
import type { BusEvent } from '../../domain/bus-event.ts';
import { isObject } from '../../domain/protocol/fields.ts';
import type { QueueMessage } from '../../stream/ports.ts';
import { ACCEPTED_AT } from './dead-letter-attributes.ts';

/** The parts of a record that are read here. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  readonly messageAttributes?: Readonly<Record<string, { readonly stringValue?: string | undefined }>>;
}

/** What the consumer is handed; `event` is undefined where the body is no event of the bus. */
export type ReadRecord = Omit<QueueMessage, 'event'> & { readonly event: BusEvent | undefined };

/** `acceptedAtMs` is when the queue took it from the bus; a message that came back from the dead letters keeps its first. */
export function readRecord({ messageId, body, attributes, messageAttributes }: SqsRecord): ReadRecord {
  const first = Number(messageAttributes?.[ACCEPTED_AT]?.stringValue ?? Number.NaN);
  return {
    messageId,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    acceptedAtMs: Number.isNaN(first) ? Number(attributes.SentTimestamp) : first,
    event: busEventOf(body),
  };
}

export function busEventOf(body: string): BusEvent | undefined {
  try {
    const event: unknown = JSON.parse(body);
    const isBusEvent =
      isObject(event) && NAMES.every((name) => typeof event[name] === 'string') && 'detail' in event;
    return isBusEvent ? (event as unknown as BusEvent) : undefined;
  } catch {
    return undefined;
  }
}

const NAMES = ['id', 'source', 'detail-type', 'time'];
