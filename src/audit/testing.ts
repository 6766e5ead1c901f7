/** The package's entry `audit-stream/testing`: what a service's own tests need to look at its records. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { intercept } from './delivery/intercept.ts';

export interface RecordedAudit {
  /** In the order in which they were made; business events before the record of their invocation. */
  readonly records: readonly AuditEvent[];
  /** Forgets them. */
  clear(): void;
  /** Records go their own way again. */
  stop(): void;
}

/** Takes the records of all audited handlers of this process, so that a test can look at them; nothing is sent or journalled.
 * One at a time: a second one takes over.
 * @example
 * const audited = recorder();
 * await handler(event, context);
 * expect(audited.records).toMatchObject([{ action: 'order.placed' }]);
 * audited.stop(); */
export function recorder(): RecordedAudit {
  const records: AuditEvent[] = [];
  intercept((record) => void records.push(record));
  return {
    records,
    clear() {
      records.length = 0;
    },
    stop: () => intercept(undefined),
  };
}
