/** Appends what the queue brings to the trail: the truth that viewers pull. One bad message never holds up another. */
import { type Producers, readBusDetail } from './bus-detail.ts';
import { causeOf, type Log } from './log.ts';
import type { Appended, Consumer, Outcome, QueueMessage, Trail } from './ports.ts';

export interface RecordOptions {
  readonly trail: Pick<Trail, 'append'>;
  readonly log: Log;
  readonly producers?: Producers;
}

/** Rejected messages wait in the dead-letter queue with the reason: `invalid_event`, `tenant_not_allowed`, `id_conflict`.
 * A trail that cannot be written is a retry. A duplicate is delivered: the first one stands. */
export function makeRecord({ trail, log, producers }: RecordOptions): Consumer {
  return async (messages) => {
    const outcomes = new Map<QueueMessage, Outcome>();
    const entries: Entry[] = [];
    for (const message of messages) {
      const read = readBusDetail(message.event, producers);
      if (read.kind === 'refused')
        outcomes.set(message, { kind: 'rejected', reason: read.reason, detail: read.detail });
      else entries.push({ message, kind: read.kind, event: read.event, acceptedAtMs: message.acceptedAtMs });
    }
    for (const [i, outcome] of (await append(entries)).entries())
      outcomes.set((entries[i] as Entry).message, outcome);
    return messages.map((message) => outcomes.get(message) as Outcome);
  };

  /** All in one call; if that throws, each by itself, so that the one at fault stands alone. */
  async function append(entries: readonly Entry[]): Promise<readonly Outcome[]> {
    if (entries.length === 0) return [];
    try {
      const appended = await trail.append(
        entries.map(({ event, kind, acceptedAtMs }) => ({ event, kind, acceptedAtMs })),
      );
      return appended.map((result, i) => outcomeOf(result, entries[i] as Entry));
    } catch (error) {
      log('error', 'trail not written', { count: entries.length, cause: causeOf(error) });
      if (entries.length === 1) return [{ kind: 'retry', reason: causeOf(error) }];
      return (await Promise.all(entries.map((entry) => append([entry])))).flat();
    }
  }
}

type Entry = Parameters<Trail['append']>[0][number] & { readonly message: QueueMessage };

function outcomeOf(appended: Appended, { event }: Entry): Outcome {
  if (appended.kind !== 'id_conflict') return { kind: 'delivered' };
  return {
    kind: 'rejected',
    reason: 'id_conflict',
    detail: `id ${event.id} is taken by another event of the tenant: give each event an id of its own`,
  };
}
