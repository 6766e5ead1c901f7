/** Why a message was given up, written on it: what a person needs who finds it in the dead-letter queue. */
import type { Replays } from '../../domain/dead-letters/replays.ts';
import type { QueueMessage } from '../../stream/ports.ts';

/** Names of SQS message attributes. */
export const REASON = 'Reason';
export const DETAIL = 'Detail';
export const RECEIVES = 'Receives';
export const ACCEPTED_AT = 'AcceptedAt';
export const STATUS = 'VendorStatus';
/** JSON: how often the message was sent back from the dead letters, and by whom. */
export const REPLAYS = 'Replays';

export interface GivenUp {
  readonly reason: string;
  readonly detail?: string | undefined;
  /** What the vendor answered. */
  readonly status?: number | undefined;
}

export function deadLetterAttributes(
  message: Pick<QueueMessage, 'receiveCount' | 'acceptedAtMs'> & { readonly replays?: Replays | undefined },
  { reason, detail, status }: GivenUp,
): Readonly<Record<string, string>> {
  const text = storable(detail ?? '');
  return {
    [REASON]: storable(reason) || 'unknown',
    [RECEIVES]: String(message.receiveCount),
    [ACCEPTED_AT]: String(message.acceptedAtMs),
    ...(text ? { [DETAIL]: text } : {}),
    ...(status === undefined ? {} : { [STATUS]: String(status) }),
    ...replaysAttribute(message.replays),
  };
}

export function replaysAttribute(replays: Replays | undefined): Readonly<Record<string, string>> {
  return replays === undefined ? {} : { [REPLAYS]: xmlText(JSON.stringify(replays)) };
}

/** SQS refuses what XML 1.0 cannot hold, and empty values.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
function storable(text: string): string {
  return xmlText(text).slice(0, MAX_CHARS).toWellFormed().trim();
}

function xmlText(text: string): string {
  return text.toWellFormed().replace(NOT_XML, '\ufffd');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that SQS refuses.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const MAX_CHARS = 1_000;
