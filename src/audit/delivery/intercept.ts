/** Lets a test have the records instead of whoever gets them otherwise. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import type { Delivery } from './deliver.ts';

type Taker = (record: AuditEvent) => void;

let taker: Taker | undefined;

/** From now on records of this process go to `take`; nothing lets them go their way again. */
export function intercept(take: Taker | undefined): void {
  taker = take;
}

export function interceptable(delivery: Delivery): Delivery {
  return {
    begin: delivery.begin,
    take(record, requestId) {
      if (taker) taker(record);
      else delivery.take(record, requestId);
    },
    end: (requestId, lines) => delivery.end(requestId, taker ? '' : lines),
  };
}
