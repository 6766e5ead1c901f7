/** A dead letter, of which a test says only what matters to it. */
import type { DeadLetter } from '../../../src/domain/dead-letters/dead-letter.ts';
import { onBus } from '../../stream/memory-home.ts';

export function aLetter(fields: Partial<DeadLetter> = {}, eventDetail: unknown = {}): DeadLetter {
  return {
    messageId: 'm',
    queue: 'datadog',
    reason: 'http_400',
    receiveCount: 1,
    acceptedAtMs: 0,
    deadAtMs: 0,
    event: onBus(eventDetail),
    ...fields,
  };
}
