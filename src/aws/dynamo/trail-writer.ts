/** Writes entries of the trail: each with the claim on its id in one transaction, under a position of this very moment.
 * A write that is not confirmed within its deadline is tried again under a new position; the claim lets one through.
 * One that turns out to have landed, but perhaps after its slice was closed, is written once more further on. */
import { type Position, positionTimeMs } from '../../domain/position.ts';
import { causeOf, type Log } from '../../stream/log.ts';
import type { Appended } from '../../stream/ports.ts';
import type { DynamoCall, Item } from './call.ts';
import { isThrottle, reasonsOf, willPass } from './cancelled.ts';
import { CLOCK_LIMIT_MS, ClockError, type ClockGuard } from './clock-guard.ts';
import { text } from './connection-rows.ts';
import { bucketOf, claimItem, entryItem, type NewEntry, type Place } from './trail-rows.ts';
import { makeTrailShards } from './trail-shards.ts';
import { makeWriterPositions } from './writer-positions.ts';

export interface TrailWriterOptions {
  readonly call: DynamoCall;
  readonly table: string;
  readonly retentionMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly clock: ClockGuard;
  readonly sleep: (ms: number) => Promise<void>;
}

/** With twice `CLOCK_LIMIT_MS` it is the trail's margin: nothing is written into a slice after that. */
export const WRITE_DEADLINE_MS = 2_000;
/** Then the caller's own queue tries again. */
const TRIES = 6;
const FIRST_PAUSE_MS = 50;

/** Outcomes in the order of the entries, which must all have different ids; at most 50, 3 MB together.
 * Throws when DynamoDB cannot be written to, and `ClockError` when this machine's clock is wrong. */
export type WriteEntries = (entries: readonly NewEntry[]) => Promise<readonly Appended[]>;

export function makeTrailWriter(options: TrailWriterOptions): WriteEntries {
  const { call, table, retentionMs, now, random, log, clock, sleep } = options;
  const shards = makeTrailShards(options);
  const nextPosition = makeWriterPositions(random);

  return async (entries) => {
    const progress: Progress = { outcomes: new Map(), tried: new Map(), late: new Map() };
    const { outcomes } = progress;
    for (let tries = 1; outcomes.size < entries.length; tries++) {
      const left = entries.filter((entry) => !outcomes.has(entry));
      const failure = await attempt(left, progress);
      if (failure === undefined) continue;
      if (tries >= TRIES) throw failure;
      log('warn', 'trail write tried again', { count: left.length, cause: causeOf(failure) });
      await sleep(random() * FIRST_PAUSE_MS * 2 ** tries);
    }
    return entries.map((entry) => outcomes.get(entry) as Appended);
  };

  /** Notes the outcomes that are known after it; what went wrong for the others, if anything did. */
  async function attempt(entries: readonly NewEntry[], progress: Progress): Promise<unknown> {
    const atMs = now();
    const chosen = entries.map(({ tenantId, id }) => ({
      tenantId,
      shard: shards.shardOf(tenantId, id, atMs),
    }));
    let places: readonly Place[];
    try {
      await shards.announce(chosen, atMs);
      checkClock();
      places = chosen.map(({ shard }) => ({ position: nextPosition(now()), shard }));
      if (places.some(({ position }) => bucketOf(positionTimeMs(position)) !== bucketOf(atMs)))
        return undefined; // the hour turned: its shards are announced first
      const TransactItems = entries.flatMap((entry, i) => {
        const place = places[i] as Place;
        progress.tried.set(entry, [...(progress.tried.get(entry) ?? []), place.position]);
        return writes(entry, place, progress.late.get(entry));
      });
      await call('TransactWriteItems', { TransactItems }, { timeoutMs: WRITE_DEADLINE_MS });
    } catch (error) {
      if (error instanceof ClockError) throw error;
      return failed(entries, error, progress);
    }
    for (const [i, entry] of entries.entries()) landed(entry, (places[i] as Place).position, progress);
    return undefined;
  }

  /** It is there. If that is known only after the deadline, readers may have closed its slice without it. */
  function landed(entry: NewEntry, position: Position, { outcomes, late }: Progress): void {
    if (now() - positionTimeMs(position) <= WRITE_DEADLINE_MS)
      outcomes.set(entry, { kind: 'appended', position });
    else late.set(entry, position);
  }

  /** `late` is where it landed too late: the claim moves on from there, and only from there. */
  function writes(entry: NewEntry, place: Place, late: Position | undefined) {
    return [
      {
        Put: {
          TableName: table,
          Item: claimItem(entry, place, retentionMs),
          ...(late === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'entrySk = :late',
                ExpressionAttributeValues: { ':late': { S: late } },
              }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Put: {
          TableName: table,
          Item: entryItem(entry, place, retentionMs),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ] as const;
  }

  /** A cancelled transaction says for each item why: an id that is taken is an outcome; what else stood in the way passes. */
  function failed(entries: readonly NewEntry[], error: unknown, progress: Progress): unknown {
    if (isThrottle((error as Error).name)) for (const { tenantId } of entries) shards.throttled(tenantId);
    const reasons = reasonsOf(error);
    if (!reasons) return error;
    let [known, passes] = [false, false];
    for (const [i, entry] of entries.entries()) {
      const [claim, put] = [reasons[2 * i], reasons[2 * i + 1]];
      if (claim?.Code === 'ConditionalCheckFailed' && claim.Item) {
        taken(entry, claim.Item, progress);
        known = true;
      }
      if (isThrottle(claim?.Code) || isThrottle(put?.Code)) shards.throttled(entry.tenantId);
      if (willPass(claim) || willPass(put)) passes = true;
    }
    return known && !passes ? undefined : error;
  }

  /** The id is claimed: by a write of ours whose answer was lost, or by another. */
  function taken(entry: NewEntry, claim: Item, progress: Progress): void {
    const position = text(claim, 'entrySk') as Position;
    if (progress.tried.get(entry)?.includes(position)) landed(entry, position, progress);
    else
      progress.outcomes.set(entry, {
        kind: text(claim, 'hash') === entry.hash ? 'duplicate' : 'id_conflict',
      });
  }

  function checkClock(): void {
    const offMs = clock.offMs(now());
    if (Math.abs(offMs) <= CLOCK_LIMIT_MS) return;
    const way = offMs > 0 ? 'ahead of' : 'behind';
    throw new ClockError(
      `this machine's clock is ${Math.round(Math.abs(offMs))} ms ${way} DynamoDB's: nothing is written to the trail until it is right`,
    );
  }
}

interface Progress {
  readonly outcomes: Map<NewEntry, Appended>;
  /** Where each was written to: a claim that points there is ours. */
  readonly tried: Map<NewEntry, readonly Position[]>;
  /** Where those are that landed too late. */
  readonly late: Map<NewEntry, Position>;
}
