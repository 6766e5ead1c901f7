/** Reads a span of a tenant's trail: the directory says which hours have which shards, and these are merged in order. */
import { type Position, positionAt } from '../../domain/position.ts';
import type { Trail } from '../../stream/ports.ts';
import { lastBefore } from '../../stream/trail-reader.ts';
import type { DynamoCall } from './call.ts';
import { text } from './connection-rows.ts';
import { queryAll } from './many.ts';
import { bucketOf, directoryKey, directorySort, entriesOf, readDirectory, readEntry } from './trail-rows.ts';

/** All reads see every write that was confirmed before them. */
export function makeTrailSlices({
  call,
  table: TableName,
}: {
  readonly call: DynamoCall;
  readonly table: string;
}): Trail['slice'] {
  return async (tenantId, fromMs, toMs, next) => {
    const startMs = next === undefined ? fromMs : timeOf(next);
    const [bucket, ...others] = await bucketsOf(tenantId, startMs, toMs);
    if (!bucket) return { entries: [] };
    const first = next !== undefined && bucket.bucketMs === bucketOf(startMs) ? afterOf(next) : undefined;
    const pages = await Promise.all(
      bucket.shards.map((shard) => page(entriesOf(tenantId, bucket.bucketMs, shard), fromMs, toMs, first)),
    );
    // What a shard has beyond its page is not known yet: the others wait there for it.
    const cuts = pages.flatMap(({ upTo }) => (upTo === undefined ? [] : [upTo])).toSorted();
    const upTo = cuts[0];
    const entries = pages
      .flatMap((each) => each.entries)
      .filter(({ position }) => upTo === undefined || position <= upTo)
      .toSorted((a, b) => (a.position < b.position ? -1 : 1));
    if (upTo !== undefined) return { entries, next: `${bucket.bucketMs} ${upTo}` };
    return others[0] ? { entries, next: String(others[0].bucketMs) } : { entries };
  };

  async function bucketsOf(tenantId: string, fromMs: number, toMs: number) {
    const rows = await queryAll(call, {
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': directoryKey(tenantId, 0).pk as { S: string },
        ':from': { S: directorySort(bucketOf(fromMs)) },
        ':to': { S: directorySort(bucketOf(Math.max(0, toMs - 1))) },
      },
      ConsistentRead: true,
    });
    return rows.map(readDirectory);
  }

  /** One page of one shard; `upTo` is where it ends if it is not the last. */
  async function page(pk: string, fromMs: number, toMs: number, after: Position | undefined) {
    const { Items = [], LastEvaluatedKey } = await call('Query', {
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':from': { S: positionAt(fromMs) },
        ':to': { S: lastBefore(toMs) },
      },
      ConsistentRead: true,
      ...(after !== undefined ? { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } } : {}),
    });
    return {
      entries: Items.map(readEntry),
      ...(LastEvaluatedKey ? { upTo: text(LastEvaluatedKey, 'sk') as Position } : {}),
    };
  }
}

/** `next` is the hour that is read next, and the position in it after which it goes on. */
function timeOf(next: string): number {
  const [bucketMs] = next.split(' ');
  return Number(bucketMs);
}

function afterOf(next: string): Position | undefined {
  return next.split(' ')[1] as Position | undefined;
}
