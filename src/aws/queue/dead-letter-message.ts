/** Reads a message of a dead-letter queue as a letter: the reason that our handler wrote on it, the bus's own, or none. */
import type { Message } from '@aws-sdk/client-sqs';
import type { BusEvent } from '../../domain/bus-event.ts';
import { readReplays } from '../../domain/dead-letters/replays.ts';
import type { DeadLetter } from '../../stream/ports.ts';
import { ACCEPTED_AT, DETAIL, REASON, RECEIVES, REPLAYS, STATUS } from './dead-letter-attributes.ts';
import { busEventOf } from './sqs-record.ts';

export function letterOf(queue: string, message: Message): DeadLetter {
  const { MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  const said = (name: string) => MessageAttributes[name]?.StringValue;
  const sentAtMs = Number(Attributes.SentTimestamp);
  const byBus = said(BUS_ERROR);
  const detail = said(DETAIL) ?? (byBus && `${byBus}: ${said(BUS_ERROR_MESSAGE) ?? ''}`);
  const status = said(STATUS);
  const replays = readReplays(said(REPLAYS));
  const event = busEventOf(Body);
  return {
    messageId: MessageId,
    queue,
    // Without a reason of ours the bus gave up, or it was the queue's own redrive: the consumer never answered.
    reason: said(REASON) ?? (byBus ? 'undelivered' : 'retries_exhausted'),
    ...(detail === undefined ? {} : { detail }),
    ...(status === undefined ? {} : { status: Number(status) }),
    receiveCount: Number(said(RECEIVES) ?? Attributes.ApproximateReceiveCount),
    acceptedAtMs: Number(said(ACCEPTED_AT) ?? sentAtMs),
    deadAtMs: sentAtMs,
    ...(replays && { replays }),
    ...(event ? { event } : { event: inTheShapeOfOne(MessageId, Body), isForeign: true }),
  };
}

function inTheShapeOfOne(id: string, body: string): BusEvent {
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
