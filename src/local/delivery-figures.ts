/** How each destination of this home does: its queue's counts, and whether it is called at all now. */
import type { DestinationFigures, DestinationState } from '../domain/deliveries.ts';
import type { Breaker, Closed } from '../sink/breaker.ts';
import type { Destination } from '../sink/destination.ts';
import type { Deliveries, KeptAttempt } from '../stream/deliveries/port.ts';
import type { DeliveriesRecord } from './deliveries-record.ts';
import type { QueueCounts } from './store/queue-counts.ts';

export interface DeliveryFiguresOptions {
  readonly destinations: readonly Destination[];
  /** By destination. */
  readonly breakers: ReadonlyMap<string, Pick<Breaker, 'closed'>>;
  readonly record: DeliveriesRecord;
  readonly countQueue: (queue: string) => QueueCounts;
  readonly now: () => number;
}

export function makeDeliveryFigures(options: DeliveryFiguresOptions): Deliveries {
  const { destinations, breakers, record, countQueue, now } = options;
  const counted = new Map<string, QueueCounts & { readonly atMs: number; readonly keptMs: number }>();
  return { record, destinations: () => destinations.map(figuresOf) };

  function figuresOf({ name, sink }: Destination): DestinationFigures {
    const last = record.last(name);
    const { waiting, dead } = countsOf(name);
    return {
      name,
      sink: sink.name,
      title: sink.title,
      takes: sink.takes,
      waiting,
      dead,
      delivered: record.delivered(name),
      state: stateOf(breakers.get(name)?.closed(), last),
      ...(last && { lastAtMs: last.atMs }),
    };
  }

  /** Many may look on: a queue is counted once for all of them, and a long one less often. */
  function countsOf(name: string): QueueCounts {
    const known = counted.get(name);
    const beganMs = now();
    if (known && Math.abs(beganMs - known.atMs) < known.keptMs) return known;
    const found = countQueue(name);
    const atMs = now();
    const counts = { ...found, atMs, keptMs: Math.max(FRESH_MS, REST * (atMs - beganMs)) };
    counted.set(name, counts);
    return counts;
  }
}

/** A pause that is over, after a call that failed, is no sign that it is well again. */
function stateOf(closed: Closed | undefined, last: KeptAttempt | undefined): DestinationState {
  if (closed) {
    const { kind, reason, untilMs } = closed;
    return { kind: kind === 'retry' ? 'paused' : kind, reason, untilMs };
  }
  const [first] = last?.outcomes ?? [];
  const isWhole = first?.count === last?.count;
  if (!first || !isWhole || (first.kind !== 'retry' && first.kind !== 'misconfigured'))
    return { kind: 'well' };
  return { kind: first.kind === 'retry' ? 'paused' : first.kind, reason: first.reason ?? '' };
}

const FRESH_MS = 500;
/** Counting holds up the process: at most this part of the time, for each queue. */
const REST = 50;
