/** A queue in a time of its own: hands out what is due, to as many consumers at once as there are, until all is settled. */
import type { Consumer, Outcome, QueueMessage } from '../../src/stream/ports.ts';

export interface Clock {
  nowMs: number;
}

export interface QueueRun {
  readonly clock: Clock;
  readonly consumers: readonly Consumer[];
  readonly batchSize?: number;
  /** Gives up, so that a message that never ends fails a test. */
  readonly patienceMs?: number;
}

/** One end a message, in order: delivered or rejected; undefined where patience ran out. */
export async function drain(
  messages: readonly QueueMessage[],
  { clock, consumers, batchSize = 10, patienceMs = 3 * 24 * 3_600_000 }: QueueRun,
): Promise<readonly (Outcome | undefined)[]> {
  const ends = new Array<Outcome | undefined>(messages.length);
  const dueMs = messages.map(() => clock.nowMs);
  const beganMs = clock.nowMs;
  for (;;) {
    const open = messages.flatMap((_, i) => (ends[i] === undefined ? [i] : []));
    if (open.length === 0 || clock.nowMs - beganMs > patienceMs) return ends;
    clock.nowMs = Math.max(clock.nowMs, Math.min(...open.map((i) => dueMs[i] as number)));
    const due = open.filter((i) => (dueMs[i] as number) <= clock.nowMs);
    await Promise.all(
      consumers.map(async (consume, c) => {
        const batch = due.slice(c * batchSize, (c + 1) * batchSize);
        if (batch.length === 0) return;
        const outcomes = await consume(batch.map((i) => messages[i] as QueueMessage));
        for (const [at, i] of batch.entries()) {
          const outcome = outcomes[at] as Outcome;
          if (outcome.kind === 'delivered' || outcome.kind === 'rejected') ends[i] = outcome;
          else dueMs[i] = clock.nowMs + Math.max(1, Math.ceil(outcome.afterMs ?? 1_000));
        }
      }),
    );
  }
}
