/** The trail in DynamoDB: many writers, each by its own clock, so a slice is final only when a margin has passed. */
import { contentHash } from '../../domain/event/content-hash.ts';
import { positionAt } from '../../domain/position.ts';
import type { Log } from '../../stream/log.ts';
import type { Appended, Trail } from '../../stream/ports.ts';
import type { DynamoCall } from './call.ts';
import { CLOCK_LIMIT_MS, type ClockGuard, makeClockGuard } from './clock-guard.ts';
import { claimKey, entryKeyOf, type NewEntry, readEntry } from './trail-rows.ts';
import { makeTrailSlices } from './trail-slices.ts';
import { makeTrailWriter, WRITE_DEADLINE_MS } from './trail-writer.ts';

export interface TrailOptions {
  readonly call: DynamoCall;
  readonly table: string;
  readonly retentionMs: number;
  readonly now: () => number;
  readonly log: Log;
  /** Fed with DynamoDB's answers (`sdkCall`'s `onDate`); only who writes needs it. */
  readonly clock?: ClockGuard;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** A transaction takes 100 items and 4 MB, an entry is two items.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MOST_ENTRIES = 50;
const MOST_BYTES = 3_000_000;

export function makeTrail(options: TrailOptions): Trail {
  const { call, table, retentionMs } = options;
  const write = makeTrailWriter({
    ...options,
    clock: options.clock ?? makeClockGuard(),
    random: options.random ?? Math.random,
    sleep: options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
  });

  return {
    sliceMs: 5_000,
    marginMs: WRITE_DEADLINE_MS + 2 * CLOCK_LIMIT_MS,
    async append(entries) {
      const rows = entries.map(
        ({ event, kind, acceptedAtMs }): NewEntry => ({
          tenantId: event.tenantId,
          id: event.id,
          kind,
          acceptedAtMs,
          json: JSON.stringify(event),
          hash: contentHash(event),
        }),
      );
      const outcomes = new Map<NewEntry, Appended>();
      for (let left: readonly NewEntry[] = rows; left.length > 0; ) {
        const round = firstOfEachId(left);
        await Promise.all(
          inTransactions(round).map(async (chunk) => {
            for (const [i, outcome] of (await write(chunk)).entries())
              outcomes.set(chunk[i] as NewEntry, outcome);
          }),
        );
        left = left.filter((row) => !outcomes.has(row));
      }
      return rows.map((row) => outcomes.get(row) as Appended);
    },
    slice: makeTrailSlices(options),
    async availableFrom(nowMs) {
      return positionAt(Math.max(0, nowMs - retentionMs));
    },
    async byId(tenantId, id) {
      const claim = await call('GetItem', {
        TableName: table,
        Key: claimKey(tenantId, id),
        ConsistentRead: true,
      });
      if (!claim.Item) return undefined;
      const { Item } = await call('GetItem', {
        TableName: table,
        Key: entryKeyOf(claim.Item),
        ConsistentRead: true,
      });
      return Item && readEntry(Item);
    },
  };
}

/** A transaction may touch an item once; the same id again waits for the next round. */
function firstOfEachId(rows: readonly NewEntry[]): readonly NewEntry[] {
  const seen = new Set<string>();
  return rows.filter(({ tenantId, id }) => {
    const key = `${tenantId} ${id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function inTransactions(rows: readonly NewEntry[]): readonly (readonly NewEntry[])[] {
  const chunks: NewEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = Buffer.byteLength(row.json);
    const last = chunks.at(-1);
    if (!last || last.length === MOST_ENTRIES || bytes + size > MOST_BYTES) {
      chunks.push([row]);
      bytes = size;
    } else {
      last.push(row);
      bytes += size;
    }
  }
  return chunks;
}
