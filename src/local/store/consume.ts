/** Runs a consumer on a queue: wakes when a message comes or becomes visible again, one batch at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueuedRoute } from '../../domain/topology.ts';
import type { Consumer, Outcome } from '../../stream/ports.ts';
import { storeTrouble } from './database.ts';
import type { Queue, Received, Settled } from './queue.ts';
import type { Timers } from './timers.ts';

export interface Consumption {
  wake(): void;
  /** Resolves when the batch in hand is settled; nothing is received after it. */
  stop(): Promise<void>;
}

/** How long to wait before looking again when the database does not answer. */
const TROUBLE_PAUSE_MS = 1000;
/** The longest sleep: a clock that was set back must not keep a message hidden for ever. */
const MAX_SLEEP_MS = 60_000;

export function consume(
  queue: Queue,
  route: QueuedRoute,
  consumer: Consumer,
  deps: Timers & { now: () => number; report: (trouble: string) => void },
): Consumption {
  let stopped = false;
  let wakeUp = () => {};
  const done = loop();

  return {
    wake: () => wakeUp(),
    stop() {
      stopped = true;
      wakeUp();
      return done;
    },
  };

  async function loop(): Promise<void> {
    let settled: readonly Settled[] = [];
    while (!stopped || settled.length > 0) {
      try {
        const batch = queue.turn(settled, !stopped);
        settled = [];
        if (batch.length > 0) {
          settled = await handle(batch);
          // A long queue must not keep everything else from its turn.
          if (batch.length === route.batchSize) await nextTurn();
        } else if (!stopped) await sleep(Math.min(MAX_SLEEP_MS, queue.dueMs() - deps.now()));
      } catch (error) {
        // What was done stays to be settled; the messages reappear if it never is.
        deps.report(storeTrouble(error) ?? String(error));
        if (stopped) return;
        await sleep(TROUBLE_PAUSE_MS);
      }
    }
  }

  async function handle(batch: readonly Received[]): Promise<readonly Settled[]> {
    const outcomes = await outcomesOf(batch);
    return batch.map((message, i) => ({
      message,
      outcome: outcomes[i] ?? { kind: 'retry', reason: 'the consumer gave no outcome' },
    }));
  }

  async function outcomesOf(batch: readonly Received[]): Promise<readonly Outcome[]> {
    let timer: unknown;
    const deadline = new Promise<never>((_, reject) => {
      timer = deps.setTimeout(
        () => reject(new Error(`no answer within ${route.visibilityMs} ms`)),
        route.visibilityMs,
      );
    });
    try {
      return await Promise.race([consumer(batch), deadline]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      deps.report(`${route.name}: the batch is tried again: ${reason}`);
      return batch.map(() => ({ kind: 'retry', reason }));
    } finally {
      deps.clearTimeout(timer);
    }
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = deps.setTimeout(resolve, Math.max(0, ms));
      wakeUp = () => {
        deps.clearTimeout(timer);
        resolve();
      };
    });
  }
}
