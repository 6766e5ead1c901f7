/** Records go where the service says itself; to the journal when that fails. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { nameOf } from '../name-of.ts';
import type { Deliver, Delivery, Tell } from './deliver.ts';
import { journalLine, type Write } from './journal.ts';

export function makeOwnDelivery(deliver: Deliver, write: Write, tell: Tell): Delivery {
  let waiting: AuditEvent[] = [];
  const one = async (record: AuditEvent) => {
    try {
      await deliver(record);
    } catch (error) {
      tell('deliver', nameOf(error));
      write(journalLine(record));
    }
  };
  return {
    begin() {},
    take: (record) => void waiting.push(record),
    async end(_requestId, lines) {
      const records = waiting;
      waiting = [];
      if (lines !== '') write(lines);
      await Promise.all(records.map(one));
    },
  };
}
