/** Spreads a hot tenant over more partitions, by itself: a partition that throttles doubles the tenant's shards.
 * Which shards an hour has stands in its directory before the first entry does, so readers know all, whoever wrote them. */
import type { DynamoCall } from './call.ts';
import { bucketOf, directoryKey, ttlOf } from './trail-rows.ts';

/** 32 partitions take some 32,000 write units a second. */
export const MOST_SHARDS = 32;

export interface TrailShards {
  /** The shard of an event of the tenant, if it is written at `nowMs`. */
  shardOf(tenantId: string, id: string, nowMs: number): number;
  /** The tenant's partition took no more. */
  throttled(tenantId: string): void;
  /** Resolves when the directory has the shards. */
  announce(
    places: readonly { readonly tenantId: string; readonly shard: number }[],
    nowMs: number,
  ): Promise<void>;
}

export function makeTrailShards(options: {
  readonly call: DynamoCall;
  readonly table: string;
  readonly retentionMs: number;
}): TrailShards {
  const { call, table, retentionMs } = options;
  const counts = new Map<string, number>();
  let bucketMs = 0;
  let announced = new Map<string, Promise<unknown>>();

  /** A new hour begins with half as many: a burst is over some time. */
  const turn = (nowMs: number) => {
    if (bucketOf(nowMs) === bucketMs) return;
    bucketMs = bucketOf(nowMs);
    announced = new Map();
    for (const [tenantId, count] of counts)
      if (count > 2) counts.set(tenantId, count / 2);
      else counts.delete(tenantId);
  };

  return {
    shardOf(tenantId, id, nowMs) {
      turn(nowMs);
      const count = counts.get(tenantId) ?? 1;
      return count === 1 ? 0 : numberOf(id) % count;
    },
    throttled(tenantId) {
      counts.set(tenantId, Math.min(MOST_SHARDS, (counts.get(tenantId) ?? 1) * 2));
    },
    async announce(places, nowMs) {
      turn(nowMs);
      await Promise.all(places.map(({ tenantId, shard }) => once(tenantId, shard)));
    },
  };

  function once(tenantId: string, shard: number): Promise<unknown> {
    const key = `${shard} ${tenantId}`;
    const known = announced.get(key);
    if (known) return known;
    const held = announced;
    const made = call('UpdateItem', {
      TableName: table,
      Key: directoryKey(tenantId, bucketMs),
      UpdateExpression: 'ADD shards :shard SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':shard': { SS: [String(shard)] },
        ':ttl': ttlOf(bucketMs + 3_600_000, retentionMs),
      },
    });
    held.set(key, made);
    made.catch(() => held.delete(key));
    return made;
  }
}

/** Ids that differ in their last letters land far apart (FNV-1a). */
function numberOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
