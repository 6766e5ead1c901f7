/** Who would get a mail: SNS takes it with nobody there, and says 200. */
import type { Answer } from '../judge-status.ts';
import type { Finding } from '../sink.ts';

/** Of an answer to GetTopicAttributes. https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export function unconfirmed({ body }: Pick<Answer, 'body'>): Finding | undefined {
  if (countOf(body, 'SubscriptionsConfirmed') === 0)
    return { kind: 'misconfigured', reason: 'nobody_confirmed' };
  const pending = countOf(body, 'SubscriptionsPending') ?? 0;
  return pending > 0 ? { kind: 'noted', name: 'unconfirmed', count: pending } : undefined;
}

function countOf(xml: string, attribute: string): number | undefined {
  const found = new RegExp(`<key>${attribute}</key>\\s*<value>(\\d+)</value>`).exec(xml)?.[1];
  return found === undefined ? undefined : Number(found);
}
