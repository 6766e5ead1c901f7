/** Reads a message as Lambda's event source hands it over.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
import type { BusEvent } from '../../domain/bus-event.ts';
import { type Replays, readReplays } from '../../domain/dead-letters/replays.ts';
import { isObject } from '../../domain/protocol/fields.ts';
import type { QueueMessage } from '../../stream/ports.ts';
import { ACCEPTED_AT, REPLAYS } from './dead-letter-attributes.ts';
import { PRIOR_RECEIVES, QUEUED_AT } from './renew.ts';

/** The parts of a record that are read here. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  readonly messageAttributes?: Readonly<Record<string, { readonly stringValue?: string | undefined }>>;
}

/** What the consumer is handed; `event` is undefined where the body is no event of the bus. */
export type ReadRecord = Omit<QueueMessage, 'event'> & {
  readonly event: BusEvent | undefined;
  /** Where it came back from the dead letters. */
  readonly replays?: Replays | undefined;
};

/** `acceptedAtMs` is when the queue took it from the bus; a message that came back from the dead letters keeps its first. */
export function readRecord({ messageId, body, attributes, messageAttributes }: SqsRecord): ReadRecord {
  const said = (name: string): number | undefined => {
    const value = Number(messageAttributes?.[name]?.stringValue ?? Number.NaN);
    return Number.isNaN(value) ? undefined : value;
  };
  const sentAtMs = Number(attributes.SentTimestamp);
  return {
    messageId,
    receiveCount: Number(attributes.ApproximateReceiveCount) + (said(PRIOR_RECEIVES) ?? 0),
    acceptedAtMs: said(ACCEPTED_AT) ?? sentAtMs,
    queuedAtMs: said(QUEUED_AT) ?? sentAtMs,
    event: busEventOf(body),
    replays: readReplays(messageAttributes?.[REPLAYS]?.stringValue),
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
