/** The attempts that the page holds: what came since on top, older ones below, never more than a person looks through. */
import type { DeliveriesAnswer } from '../../../src/domain/deliveries.ts';

export const MOST_SHOWN = 400;

/** What came since `last`, before it. Undefined when the two do not join: the record began anew, or more came than one
 * answer holds. */
export function joined(last: DeliveriesAnswer, fresh: DeliveriesAnswer): DeliveriesAnswer | undefined {
  if (fresh.sinceMs !== last.sinceMs || fresh.next !== undefined) return undefined;
  const all = [...fresh.attempts, ...last.attempts];
  const attempts = all.slice(0, MOST_SHOWN);
  const next = all.length > attempts.length ? attempts.at(-1)?.n : last.next;
  return withNext({ ...fresh, attempts }, next);
}

/** With a page of older ones below. */
export function lengthened(last: DeliveriesAnswer, older: DeliveriesAnswer): DeliveriesAnswer {
  if (older.sinceMs !== last.sinceMs) return last;
  return withNext({ ...last, attempts: [...last.attempts, ...older.attempts] }, older.next);
}

function withNext({ next: _, ...answer }: DeliveriesAnswer, next: number | undefined): DeliveriesAnswer {
  return next === undefined ? answer : { ...answer, next };
}
