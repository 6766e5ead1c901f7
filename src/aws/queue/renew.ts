/** A message that waits out an outage would be taken by the queue's own redrive after so many receives: in time it is
 * sent anew, with a fresh count, and remembers since when it waits. */
import type { Replays } from '../../domain/dead-letters/replays.ts';
import type { QueueMessage } from '../../stream/ports.ts';
import { ACCEPTED_AT, replaysAttribute } from './dead-letter-attributes.ts';
import type { Outgoing } from './queue-calls.ts';

/** Names of SQS message attributes. */
export const QUEUED_AT = 'QueuedAt';
export const PRIOR_RECEIVES = 'PriorReceives';

/** SQS delays for 15 minutes at most.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_DELAY_SECONDS = 900;

export function renewed(
  body: string,
  message: Pick<QueueMessage, 'receiveCount' | 'acceptedAtMs' | 'queuedAtMs'> & {
    readonly replays?: Replays | undefined;
  },
  seconds: number,
): Outgoing {
  return {
    body,
    delaySeconds: Math.min(MAX_DELAY_SECONDS, seconds),
    attributes: {
      [ACCEPTED_AT]: String(message.acceptedAtMs),
      [QUEUED_AT]: String(message.queuedAtMs ?? message.acceptedAtMs),
      [PRIOR_RECEIVES]: String(message.receiveCount),
      ...replaysAttribute(message.replays),
    },
  };
}
