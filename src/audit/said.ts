/** What a handler says itself, within the invocation that it runs in: business events, and ids to hand on. */
import type { BusinessEvent, Carried } from './business-event.ts';
import { currentRun } from './run.ts';

/** Records a business event of the invocation that is running; call it anywhere below the handler. It goes out with the
 * invocation's own record, and is spooled or journalled at once. Never throws.
 * @returns the event's id, or nothing where it was refused (told to `onFailure`) or no audited handler is running.
 * @example audit.record({ action: 'order.placed', targets: [{ type: 'order', id }], after: order }) */
export function record(event: BusinessEvent): string | undefined {
  return currentRun.getStore()?.say(event);
}

/** Ids for what the handler sends: the header of a call, an attribute of a message, a field of an event.
 * @returns nothing where no audited handler is running. */
export function carry(): Carried | undefined {
  return currentRun.getStore()?.carry();
}
