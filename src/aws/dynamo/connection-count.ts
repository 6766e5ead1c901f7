/** How many connections a tenant has: a counter, corrected by counting when it says that there are too many.
 * It may say too many (a Lambda died, rows expired), never for long too few. */
import type { Connection } from '../../stream/ports.ts';
import { type DynamoCall, isNamed, itemInTheWay } from './call.ts';
import { COUNTERS, expiry, MARKERS, markerKey, number, tenantKey } from './connection-rows.ts';

export interface ConnectionCount {
  /** Counts this one, unless that is over the limit. */
  take(connection: Connection, limit: number): Promise<boolean>;
  /** Takes the connection's marker away and counts one less, once. */
  giveBack(tenantId: string, connectionId: string): Promise<void>;
}

/** Others may open and close while it is counted. */
const TRIES = 5;

export function makeConnectionCount(options: {
  readonly call: DynamoCall;
  readonly table: string;
  readonly now: () => number;
}): ConnectionCount {
  const { call, table: TableName, now } = options;

  return {
    /** Marked before it is counted: who counts the markers meanwhile must not miss those that are on their way. */
    async take({ connectionId, principal: { tenantId }, expiresAtMs }, limit) {
      const marker = markerKey(tenantId, connectionId);
      await call('PutItem', { TableName, Item: { ...marker, ...expiry(expiresAtMs) } });
      for (let tries = 0; tries < TRIES; tries++) {
        const counted = await countOneMore(tenantId, limit);
        if (counted === 'taken') return true;
        const live = await liveMarkers(tenantId);
        if (live > limit) break;
        await correct(tenantId, counted.at, live - 1);
      }
      await call('DeleteItem', { TableName, Key: marker });
      return false;
    },
    async giveBack(tenantId, connectionId) {
      const { Attributes } = await call('DeleteItem', {
        TableName,
        Key: markerKey(tenantId, connectionId),
        ReturnValues: 'ALL_OLD',
      });
      if (!Attributes) return;
      await whenTrue({
        Key: tenantKey(tenantId, COUNTERS),
        // A call whose answer was lost is made again: it must not count twice, or there would be room for too many.
        UpdateExpression: 'SET lastGone = :id ADD connections :less',
        ConditionExpression: 'connections > :none AND (attribute_not_exists(lastGone) OR lastGone <> :id)',
        ExpressionAttributeValues: {
          ':less': { N: '-1' },
          ':none': { N: '0' },
          ':id': { S: connectionId },
        },
      });
    },
  };

  async function countOneMore(tenantId: string, limit: number): Promise<'taken' | { readonly at: number }> {
    if (limit < 1) return { at: 0 };
    try {
      await call('UpdateItem', {
        TableName,
        Key: tenantKey(tenantId, COUNTERS),
        UpdateExpression: 'ADD connections :one',
        ConditionExpression: 'attribute_not_exists(connections) OR connections < :limit',
        ExpressionAttributeValues: { ':one': { N: '1' }, ':limit': { N: String(limit) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return 'taken';
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
      const held = itemInTheWay(error);
      return { at: held ? number(held, 'connections') : limit };
    }
  }

  async function liveMarkers(tenantId: string): Promise<number> {
    let live = 0;
    let next: Awaited<ReturnType<typeof call<'Query'>>>['LastEvaluatedKey'];
    do {
      const page = await call('Query', {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        FilterExpression: 'expiresAtMs > :now',
        ExpressionAttributeValues: {
          ':pk': { S: `t#${tenantId}` },
          ':sk': { S: MARKERS },
          ':now': { N: String(now()) },
        },
        ConsistentRead: true,
        Select: 'COUNT',
        ...(next ? { ExclusiveStartKey: next } : {}),
      });
      live += page.Count ?? 0;
      next = page.LastEvaluatedKey;
    } while (next);
    return live;
  }

  /** Only if nobody else counted meanwhile. */
  function correct(tenantId: string, from: number, to: number): Promise<void> {
    return whenTrue({
      Key: tenantKey(tenantId, COUNTERS),
      UpdateExpression: 'SET connections = :to',
      ConditionExpression: 'connections = :from',
      ExpressionAttributeValues: { ':to': { N: String(to) }, ':from': { N: String(from) } },
    });
  }

  async function whenTrue(input: Omit<Parameters<typeof call<'UpdateItem'>>[1], 'TableName'>): Promise<void> {
    try {
      await call('UpdateItem', { TableName, ...input });
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
    }
  }
}
