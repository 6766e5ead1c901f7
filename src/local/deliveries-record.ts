/** The last requests to destinations, kept in memory for people who look on: bounded however much is sent. */
import type { OutcomeCount } from '../domain/deliveries.ts';
import type { Attempt } from '../sink/caller.ts';
import type { AttemptRecord, KeptAttempt, KeptEvent } from '../stream/deliveries/port.ts';
import type { Outcome } from '../stream/ports.ts';

export interface DeliveriesRecord extends AttemptRecord {
  take(attempt: Attempt): void;
  /** What became of a batch of the destination's queue. */
  settled(destination: string, outcomes: readonly Outcome[]): void;
  last(destination: string): KeptAttempt | undefined;
  /** Messages since `sinceMs`. */
  delivered(destination: string): number;
}

/** 2,000 requests of 1,000 events of 1,000 tenants each take about 30 MB. */
export const MOST_ATTEMPTS = 2_000;
/** Of a request: so many tenants, so many events of each. */
const MOST_TENANTS = 12;
const MOST_EVENTS = 5;

export function makeDeliveriesRecord(sinceMs: number): DeliveriesRecord {
  const kept: KeptAttempt[] = [];
  const last = new Map<string, KeptAttempt>();
  const delivered = new Map<string, number>();
  let n = 0;
  return {
    sinceMs,
    take(attempt) {
      const one = keptOf(attempt, ++n);
      kept.push(one);
      last.set(one.destination, one);
      if (kept.length > MOST_ATTEMPTS) kept.shift();
    },
    settled(destination, outcomes) {
      const count = outcomes.filter(({ kind }) => kind === 'delivered').length;
      delivered.set(destination, (delivered.get(destination) ?? 0) + count);
    },
    newestFirst: () => kept.toReversed(),
    last: (destination) => last.get(destination),
    delivered: (destination) => delivered.get(destination) ?? 0,
  };
}

function keptOf(given: Attempt, n: number): KeptAttempt {
  const attempt = { ...given, outcomes: settled(given.outcomes) };
  const { destination, atMs, durationMs, bytes, answer, ids, tries, outcomes } = attempt;
  return {
    n,
    destination,
    atMs,
    durationMs,
    bytes,
    answer,
    count: ids.length,
    tryNumber: tries.reduce((most, one) => Math.max(most, one), 1),
    outcomes: countsOf(outcomes),
    events: fewOf(attempt),
  };
}

/** One alone cannot be sent in halves: it is given up. */
function settled(outcomes: Attempt['outcomes']): Attempt['outcomes'] {
  if (outcomes.filter(({ kind }) => kind === 'split').length !== 1) return outcomes;
  return outcomes.map((outcome) => (outcome.kind === 'split' ? { ...outcome, kind: 'rejected' } : outcome));
}

function countsOf(outcomes: Attempt['outcomes']): readonly OutcomeCount[] {
  const counts = new Map<string, OutcomeCount>();
  for (const outcome of outcomes) {
    const { kind } = outcome;
    const reason = 'reason' in outcome ? outcome.reason.slice(0, REASON_CHARS) : undefined;
    const key = `${kind} ${reason}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    // Vendors word reasons as they like.
    if (counts.has(key) || counts.size < MOST_REASONS)
      counts.set(key, { kind, ...(reason !== undefined && { reason }), count });
    else addOther(counts, kind);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function addOther(counts: Map<string, OutcomeCount>, kind: OutcomeCount['kind']): void {
  const key = `${kind} `;
  counts.set(key, { kind, reason: 'other', count: (counts.get(key)?.count ?? 0) + 1 });
}

/** Those that were not delivered first: they are looked for. */
function fewOf({ ids, tenantIds, tries, outcomes }: Attempt): readonly KeptEvent[] {
  const counts = new Map<string, number>();
  const few: KeptEvent[] = [];
  for (const isDelivered of [false, true])
    for (const [i, id] of ids.entries()) {
      if (few.length >= MOST_TENANTS * MOST_EVENTS) return few;
      const outcome = outcomes[i]?.kind ?? 'retry';
      if ((outcome === 'delivered') !== isDelivered) continue;
      const tenantId = tenantIds[i] ?? '';
      const count = counts.get(tenantId) ?? 0;
      if (count >= MOST_EVENTS || (count === 0 && counts.size >= MOST_TENANTS)) continue;
      counts.set(tenantId, count + 1);
      few.push({ id, tenantId, tries: tries[i] ?? 1, outcome });
    }
  return few;
}

const REASON_CHARS = 120;
const MOST_REASONS = 8;
