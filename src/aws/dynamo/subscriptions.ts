/** Connections and subscriptions in DynamoDB. Rows first, then the version, then the acknowledgement: whoever has seen
 * the version finds the rows. Limits are conditions on single items; nothing is ever scanned. */
import type { Connection, Subscription, Subscriptions } from '../../stream/ports.ts';
import { type DynamoCall, type Item, isNamed, itemInTheWay } from './call.ts';
import { makeConnectionCount } from './connection-count.ts';
import {
  COUNTERS,
  connectionItem,
  connectionKey,
  expiry,
  markerKey,
  number,
  readConnection,
  readSubscription,
  SUBSCRIPTIONS,
  subscriptionItem,
  subscriptionsOf,
  tenantKey,
  text,
} from './connection-rows.ts';
import { deleteAll, queryAll } from './many.ts';

export interface SubscriptionsOptions {
  readonly call: DynamoCall;
  readonly table: string;
  readonly now: () => number;
}

/** A connection's tenant never changes: those of the last ones are remembered, so that a call needs no read for it. */
const REMEMBERED = 20_000;

export function makeSubscriptions({ call, table, now }: SubscriptionsOptions): Subscriptions {
  const TableName = table;
  const count = makeConnectionCount({ call, table, now });
  const tenants = new Map<string, string>();
  const remember = (connectionId: string, tenantId: string) => {
    tenants.set(connectionId, tenantId);
    if (tenants.size > REMEMBERED) tenants.delete(tenants.keys().next().value as string);
  };

  const row = async (connectionId: string): Promise<Item | undefined> => {
    const { Item } = await call('GetItem', {
      TableName,
      Key: connectionKey(connectionId),
      ConsistentRead: true,
    });
    if (Item) remember(connectionId, text(Item, 'tenantId'));
    return Item;
  };
  const tenantOf = async (connectionId: string): Promise<string | undefined> => {
    if (!tenants.has(connectionId)) await row(connectionId);
    return tenants.get(connectionId);
  };
  const moved = async (tenantId: string): Promise<void> => {
    await call('UpdateItem', {
      TableName,
      Key: tenantKey(tenantId, COUNTERS),
      UpdateExpression: 'ADD version :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
  };
  const rowsOf = (tenantId: string, connectionId: string) =>
    queryAll(call, {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: {
        ':pk': { S: `t#${tenantId}` },
        ':sk': { S: subscriptionsOf(connectionId) },
      },
      ConsistentRead: true,
    });
  /** True if the row was there to be changed. */
  const update = async (
    input: Omit<Parameters<typeof call<'UpdateItem'>>[1], 'TableName'>,
  ): Promise<boolean> => {
    try {
      await call('UpdateItem', { TableName, ...input });
      return true;
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  };
  const extend = (key: Item, expiresAtMs: number, principal?: string) => {
    const { expiresAtMs: until, ttl } = expiry(expiresAtMs);
    return update({
      Key: { pk: key.pk, sk: key.sk } as Item,
      UpdateExpression: `SET expiresAtMs = :until, #ttl = :ttl${principal === undefined ? '' : ', principal = :principal'}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':until': until,
        ':ttl': ttl,
        ...(principal === undefined ? {} : { ':principal': { S: principal } }),
      } as Item,
    });
  };

  return {
    async open(connection, { perTenant }) {
      const { tenantId } = connection.principal;
      if (!(await count.take(connection, perTenant))) return 'too_many_connections';
      await call('PutItem', { TableName, Item: connectionItem(connection) });
      remember(connection.connectionId, tenantId);
      return 'opened';
    },
    async connection(connectionId, nowMs): Promise<Connection | undefined> {
      const item = await row(connectionId);
      return item && number(item, 'expiresAtMs') > nowMs ? readConnection(connectionId, item) : undefined;
    },
    async refresh(connectionId, principal, expiresAtMs) {
      const { tenantId } = principal;
      if (!(await extend(connectionKey(connectionId), expiresAtMs, JSON.stringify(principal)))) return 'gone';
      const held = await rowsOf(tenantId, connectionId);
      await Promise.all([markerKey(tenantId, connectionId), ...held].map((key) => extend(key, expiresAtMs)));
      await moved(tenantId);
      return 'refreshed';
    },
    async subscribe(subscription, { perConnection }) {
      const { connectionId, tenantId, sub } = subscription;
      try {
        await call('UpdateItem', {
          TableName,
          Key: connectionKey(connectionId),
          UpdateExpression: 'ADD subs :subs',
          ConditionExpression:
            'attribute_exists(pk) AND expiresAtMs > :now AND (attribute_not_exists(subs) OR contains(subs, :sub) OR size(subs) < :limit)',
          ExpressionAttributeValues: {
            ':subs': { SS: [sub] },
            ':sub': { S: sub },
            ':now': { N: String(now()) },
            ':limit': { N: String(perConnection) },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
      } catch (error) {
        if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
        const held = itemInTheWay(error);
        return held && number(held, 'expiresAtMs') > now() ? 'too_many_subscriptions' : 'gone';
      }
      remember(connectionId, tenantId);
      await call('PutItem', { TableName, Item: subscriptionItem(subscription) });
      await moved(tenantId);
      return 'subscribed';
    },
    async unsubscribe(connectionId, sub) {
      const tenantId = await tenantOf(connectionId);
      if (tenantId === undefined) return 'unknown';
      const { Attributes } = await call('DeleteItem', {
        TableName,
        Key: tenantKey(tenantId, subscriptionsOf(connectionId) + sub),
        ReturnValues: 'ALL_OLD',
      });
      await update({
        Key: connectionKey(connectionId),
        UpdateExpression: 'DELETE subs :subs',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':subs': { SS: [sub] } },
      });
      if (!Attributes) return 'unknown';
      await moved(tenantId);
      return 'unsubscribed';
    },
    async of(connectionId, nowMs) {
      const tenantId = await tenantOf(connectionId);
      if (tenantId === undefined) return [];
      const rows = await rowsOf(tenantId, connectionId);
      return rows
        .map((item) => readSubscription(tenantId, item))
        .filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    },
    async close(connectionId) {
      const tenantId = await tenantOf(connectionId);
      if (tenantId === undefined) return;
      const [held] = await Promise.all([
        rowsOf(tenantId, connectionId),
        call('DeleteItem', { TableName, Key: connectionKey(connectionId) }),
        count.giveBack(tenantId, connectionId),
      ]);
      await deleteAll(call, table, held);
      await moved(tenantId);
      tenants.delete(connectionId);
    },
    async version(tenantId) {
      const { Item } = await call('GetItem', {
        TableName,
        Key: tenantKey(tenantId, COUNTERS),
        ConsistentRead: true,
      });
      return Item?.version ? number(Item, 'version') : 0;
    },
    async live(tenantId, nowMs, next) {
      const { Items = [], LastEvaluatedKey } = await call('Query', {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        FilterExpression: 'expiresAtMs > :now',
        ExpressionAttributeValues: {
          ':pk': { S: `t#${tenantId}` },
          ':sk': { S: SUBSCRIPTIONS },
          ':now': { N: String(nowMs) },
        },
        ConsistentRead: true,
        ...(next !== undefined ? { ExclusiveStartKey: tenantKey(tenantId, next) } : {}),
      });
      const subscriptions: Subscription[] = Items.map((item) => readSubscription(tenantId, item));
      for (const { connectionId } of subscriptions) remember(connectionId, tenantId);
      return LastEvaluatedKey ? { subscriptions, next: text(LastEvaluatedKey, 'sk') } : { subscriptions };
    },
  };
}
