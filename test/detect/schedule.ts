/** In what batches, by how many consumers at once, and between which ticks of the clock events are delivered. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Random } from '../journey/random.ts';
import { TICK_LAG_MS } from './timelines.ts';

export interface Delivery {
  readonly event: AuditEvent;
  /** Its own time. */
  readonly ms: number;
  readonly atMs: number;
  /** A batch may wait for more until then. */
  readonly latestMs: number;
}

export type Moment =
  | {
      readonly kind: 'deliver';
      readonly atMs: number;
      /** Each for a consumer, at the same time. */
      readonly batches: readonly (readonly AuditEvent[])[];
      /** The clock's work is done meanwhile. */
      readonly isAtTick: boolean;
    }
  | {
      readonly kind: 'tick';
      readonly atMs: number;
      /** By two processes at once. */
      readonly isTwice: boolean;
      /** Nothing goes wrong: what is due by now is done. */
      readonly isCalm: boolean;
    };

/** Whatever is over at one of `overMs` is ended soon after. */
export function scheduleOf(
  deliveries: readonly Delivery[],
  overMs: readonly number[],
  random: Random,
): readonly Moment[] {
  const delivered = batchesOf(deliveries, random).map((batch) => momentOf(batch, random));
  const lastMs = Math.max(...overMs, ...delivered.map(({ atMs }) => atMs));
  const calm = [...new Set([...overMs, lastMs])].flatMap((atMs) =>
    CALM_MS.map((afterMs) => tick(atMs + afterMs, { isTwice: false, isCalm: true })),
  );
  const between = delivered
    .filter(() => random() < 0.3)
    .map(({ atMs }) =>
      tick(atMs + Math.floor(random() * 10 * 60_000), { isTwice: random() < 0.5, isCalm: false }),
    );
  const rank = { tick: 0, deliver: 1 };
  return [...calm, ...between, ...delivered]
    .filter(({ atMs }) => atMs <= lastMs + TICK_LAG_MS)
    .sort((a, b) => a.atMs - b.atMs || rank[a.kind] - rank[b.kind]);
}

function batchesOf(deliveries: readonly Delivery[], random: Random): readonly (readonly Delivery[])[] {
  const batches: Delivery[][] = [];
  let size = 0;
  for (const delivery of deliveries.toSorted((a, b) => a.atMs - b.atMs)) {
    const batch = batches.at(-1);
    const isInTime = batch?.every(({ latestMs }) => delivery.atMs <= latestMs);
    if (batch && isInTime && batch.length < size) batch.push(delivery);
    else {
      batches.push([delivery]);
      size = 1 + Math.floor(random() * 10);
    }
  }
  return batches;
}

function momentOf(batch: readonly Delivery[], random: Random): Moment {
  const events = batch.map(({ event }) => event);
  const atMs = (batch.at(-1) as Delivery).atMs;
  const isAtTick = random() < 0.2;
  if (random() < 0.5) return { kind: 'deliver', atMs, batches: [shuffled(events, random)], isAtTick };
  // A message may be in both: the queue delivers at least once.
  const kinds = events.map(() => random());
  const left = events.filter((_, i) => (kinds[i] as number) < 0.6);
  const right = events.filter((_, i) => (kinds[i] as number) > 0.4);
  const batches = [left, right].filter(({ length }) => length > 0);
  return { kind: 'deliver', atMs, batches: batches.map((one) => shuffled(one, random)), isAtTick };
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((one) => ({ one, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

function tick(atMs: number, how: { readonly isTwice: boolean; readonly isCalm: boolean }): Moment {
  return { kind: 'tick', atMs, ...how };
}

/** What could not be published waits some seconds before it is tried again. */
const CALM_MS = [0, 6_000, 12_000];
