/** The rows of the trail's table: an entry by tenant, hour and shard; the claim on its id; the directory of an hour's shards. */
import { type Position, parsePosition, positionTimeMs } from '../../domain/position.ts';
import type { TrailEntry } from '../../stream/ports.ts';
import type { Item } from './call.ts';
import { number, text } from './connection-rows.ts';

/** Entries of one partition: an hour of a tenant, or of one of its shards. */
export const BUCKET_MS = 3_600_000;
/** Rows are deleted some time after they stop being shown. */
const TTL_SLACK_MS = 3_600_000;

export interface NewEntry {
  readonly tenantId: string;
  readonly id: string;
  readonly kind: 'event' | 'alert';
  readonly acceptedAtMs: number;
  /** The event as JSON. */
  readonly json: string;
  /** Of its content. */
  readonly hash: string;
}

export interface Place {
  readonly position: Position;
  readonly shard: number;
}

export function bucketOf(timeMs: number): number {
  return Math.floor(timeMs / BUCKET_MS) * BUCKET_MS;
}

export function entriesOf(tenantId: string, bucketMs: number, shard: number): string {
  return `e#${tenantId}#${bucketMs}#${shard}`;
}

export function entryItem(entry: NewEntry, { position, shard }: Place, retentionMs: number): Item {
  return {
    pk: { S: entriesOf(entry.tenantId, bucketOf(positionTimeMs(position)), shard) },
    sk: { S: position },
    id: { S: entry.id },
    kind: { S: entry.kind },
    acceptedAtMs: { N: String(entry.acceptedAtMs) },
    event: { S: entry.json },
    ttl: ttlOf(positionTimeMs(position), retentionMs),
  };
}

export function readEntry(item: Item): TrailEntry {
  const position = parsePosition(text(item, 'sk'));
  if (position === undefined) throw new Error('an entry of the trail has no position');
  return {
    position,
    id: text(item, 'id'),
    kind: text(item, 'kind') === 'alert' ? 'alert' : 'event',
    acceptedAtMs: number(item, 'acceptedAtMs'),
    event: JSON.parse(text(item, 'event')),
  };
}

export function claimKey(tenantId: string, id: string): Item {
  return { pk: { S: `i#${tenantId}#${id}` }, sk: { S: 'claim' } };
}

/** Says whose the id is (the content's hash), and where the entry is. */
export function claimItem(entry: NewEntry, place: Place, retentionMs: number): Item {
  const { pk, sk, ttl } = entryItem(entry, place, retentionMs);
  return {
    ...claimKey(entry.tenantId, entry.id),
    hash: { S: entry.hash },
    entryPk: pk,
    entrySk: sk,
    ttl,
  } as Item;
}

/** Where a claimed entry is. */
export function entryKeyOf(claim: Item): Item {
  return { pk: { S: text(claim, 'entryPk') }, sk: { S: text(claim, 'entrySk') } };
}

export function directoryKey(tenantId: string, bucketMs: number): Item {
  return { pk: { S: `d#${tenantId}` }, sk: { S: directorySort(bucketMs) } };
}

/** Sorts as text as the time does. */
export function directorySort(bucketMs: number): string {
  return String(bucketMs).padStart(15, '0');
}

export function readDirectory(item: Item): { readonly bucketMs: number; readonly shards: readonly number[] } {
  const shards = item.shards && 'SS' in item.shards ? item.shards.SS.map(Number) : [];
  return { bucketMs: Number(text(item, 'sk')), shards: shards.toSorted((a, b) => a - b) };
}

export function ttlOf(timeMs: number, retentionMs: number): { readonly N: string } {
  return { N: String(Math.ceil((timeMs + retentionMs + TTL_SLACK_MS) / 1_000)) };
}
