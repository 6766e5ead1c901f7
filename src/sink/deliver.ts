/** Brings the messages of a queue to a destination, whatever it takes: one outcome each. */
import type { Producers } from '../stream/bus-detail.ts';
import type { Log } from '../stream/log.ts';
import type { Consumer } from '../stream/ports.ts';
import type { AlertMemory } from './alert-memory.ts';
import type { Breaker } from './breaker.ts';
import { type Attempt, makeCaller } from './caller.ts';
import { deliverAlerts } from './deliver-alerts.ts';
import { deliverEvents } from './deliver-events.ts';
import type { Destination } from './destination.ts';
import type { Secrets } from './secrets.ts';
import type { Send } from './send.ts';

export interface DeliverOptions {
  readonly destination: Destination;
  readonly send: Send;
  readonly secrets: Secrets;
  readonly log: Log;
  /** For all calls of one batch together. */
  readonly budgetMs: number;
  /** Asked for by destinations that take alerts. */
  readonly alertMemory: () => AlertMemory;
  /** Told how many items had something done to them, by name. */
  readonly note?: (name: string, count: number) => void;
  /** Told of every request that was sent, once it is over. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Why no call is made now, for people who look on. */
  readonly breaker?: Breaker;
  readonly producers?: Producers;
  readonly now?: () => number;
  readonly random?: () => number;
}

export function makeDeliver(options: DeliverOptions): Consumer {
  const { destination, budgetMs, producers, note = () => {}, alertMemory } = options;
  const { now = Date.now, random = Math.random } = options;
  const caller = makeCaller({ ...options, now, random, note });
  const { sink } = destination;
  const common = { destination, caller, budgetMs, producers, note, now };
  return sink.takes === 'alerts'
    ? deliverAlerts({ ...common, sink, memory: alertMemory(), log: options.log, random })
    : deliverEvents({ ...common, sink });
}
