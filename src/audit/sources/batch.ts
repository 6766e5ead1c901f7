/** What comes as `Records`: SQS, SNS, S3 and DynamoDB streams. One record for the whole invocation, with its count. */
import type { Actor, Target } from '../../domain/event/audit-event.ts';
import { traceOf } from '../trace.ts';
import type { EventSource, Facts } from './facts.ts';

/** One entry of `Records`, as far as it is read; SNS alone writes `EventSource`. */
interface Item {
  readonly eventSource?: string;
  readonly EventSource?: string;
  readonly eventSourceARN?: string;
  readonly attributes?: { readonly AWSTraceHeader?: string };
  readonly messageAttributes?: Readonly<Record<string, { readonly stringValue?: string }>>;
  readonly Sns?: { readonly TopicArn?: string };
  readonly s3?: { readonly bucket?: { readonly arn?: string }; readonly object?: { readonly key?: string } };
}

interface Kind {
  readonly action: string;
  readonly targetType: string;
  readonly idOf: (item: Item) => string | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'aws:sqs': { action: 'queue.consumed', targetType: 'sqs_queue', idOf: (item) => item.eventSourceARN },
  'aws:sns': { action: 'topic.received', targetType: 'sns_topic', idOf: (item) => item.Sns?.TopicArn },
  'aws:s3': { action: 'bucket.notified', targetType: 's3_bucket', idOf: (item) => item.s3?.bucket?.arn },
  'aws:dynamodb': {
    action: 'table.streamed',
    targetType: 'dynamodb_stream',
    idOf: (item) => item.eventSourceARN,
  },
};

export const batch: EventSource = {
  recognises: (event) => kindOf(itemsOf(event)[0]) !== undefined,

  read(event): Facts {
    const items = itemsOf(event);
    const source = kindOf(items[0]) as string;
    const { action, targetType, idOf } = KINDS[source] as Kind;
    const arns = new Set(items.flatMap((item) => idOf(item) ?? []));
    const objects = new Set(items.flatMap((item) => objectOf(item) ?? []));
    const [only, ...others] = items;
    const ids = others.length === 0 && only ? idsOf(only) : {};
    return {
      actor: serviceOf(source),
      action,
      itemCount: items.length,
      targets: [
        ...[...arns].map((id): Target => ({ type: targetType, id })),
        ...[...objects].map((id): Target => ({ type: 's3_object', id })),
      ].slice(0, MAX_TARGETS),
      ...(Object.keys(ids).length > 0 && { context: ids }),
    };
  },
};

/** Keys come as in a form: `my+file%21.txt`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function objectOf({ s3 }: Item): string | undefined {
  const key = s3?.object?.key;
  if (key === undefined || s3?.bucket?.arn === undefined) return;
  const name = new URLSearchParams(`key=${key.replaceAll('&', '%26')}`).get('key');
  return `${s3.bucket.arn}/${name}`.slice(0, MAX_ID);
}

/** The event's own limit. */
const MAX_ID = 1_024;

/** What the sender of a single message handed on; of many there is no one answer.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
function idsOf({ attributes, messageAttributes = {} }: Item) {
  return traceOf({
    'x-amzn-trace-id': attributes?.AWSTraceHeader,
    'x-correlation-id': messageAttributes['x-correlation-id']?.stringValue,
    traceparent: messageAttributes.traceparent?.stringValue,
  });
}

const MAX_TARGETS = 50;

function itemsOf(event: Readonly<Record<string, unknown>>): readonly Item[] {
  return Array.isArray(event.Records) ? (event.Records as readonly Item[]) : [];
}

function kindOf(item: Item | undefined): string | undefined {
  const source = item?.eventSource ?? item?.EventSource;
  return source !== undefined && Object.hasOwn(KINDS, source) ? source : undefined;
}

/** AWS's own name for the service as a principal: `sqs.amazonaws.com`. */
function serviceOf(source: string): Actor {
  return { type: 'service', id: `${source.slice('aws:'.length)}.amazonaws.com` };
}
