/** The states of alerts in DynamoDB: read in batches, written one by one on the condition that nobody else has. */

import type { AlertStates, StateChange } from '../../detect/ports.ts';
import type { AlertRecord } from '../../domain/alert/alert-record.ts';
import {
  DUE_INDEX,
  DUE_SHARDS,
  duePartition,
  isKept,
  openItem,
  openKey,
  readStateKey,
  recordItem,
  stateItem,
  stateKey,
  unpacked,
} from './alert-rows.ts';
import { type DynamoCall, type Item, isNamed, itemInTheWay } from './call.ts';
import { isPassing, reasonsOf } from './cancelled.ts';
import { number, text } from './connection-rows.ts';
import { eachOf, getAll, type Patience, queryUpTo } from './many.ts';

export interface AlertStatesOptions extends Patience {
  readonly call: DynamoCall;
  readonly table: string;
  readonly now: () => number;
  /** Names a write: no two are alike, at most 36 characters. */
  readonly newId: () => string;
}

const WRITES_AT_ONCE = 16;
/** Then the caller's own queue tries again. */
const TRIES = 6;
const FIRST_PAUSE_MS = 50;

export function makeAlertStates(options: AlertStatesOptions): AlertStates {
  const { call, table: TableName, now, newId, random, sleep } = options;

  return {
    async read(keys) {
      const wanted = keys.map((key) => stateKey(key));
      const different = new Map(wanted.map((key) => [text(key, 'pk'), key]));
      const items = await getAll(call, TableName, [...different.values()], options);
      const nowMs = now();
      const found = new Map(
        items
          .filter((item) => isKept(item, nowMs))
          .map((item) => [text(item, 'pk'), { version: number(item, 'version'), text: unpacked(item) }]),
      );
      return wanted.map((key) => found.get(text(key, 'pk')));
    },
    write: (changes) => eachOf(changes, WRITES_AT_ONCE, write),
    async due(nowMs, limit) {
      const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => dueIn(shard, nowMs, limit));
      return (await Promise.all(shards))
        .flat()
        .toSorted((a, b) => number(a, DUE_INDEX.sortKey) - number(b, DUE_INDEX.sortKey))
        .slice(0, limit)
        .map(readStateKey);
    },
  };

  async function write(change: StateChange): Promise<'written' | 'conflict'> {
    const writeId = newId();
    const { records = [] } = change;
    const send = records.length > 0 ? () => putAll(change, records, writeId) : () => put(change, writeId);
    for (let tries = 1; ; tries++) {
      try {
        await send();
        return 'written';
      } catch (error) {
        const inTheWay = conditionFailed(error);
        if (inTheWay) return isOurs(inTheWay.item, writeId) ? 'written' : 'conflict';
        // Whether it was written when no answer came, the next try finds out by its id.
        if (tries >= TRIES || !(isPassing(error) || isNamed(error, 'ConnectionError'))) throw error;
        await sleep(random() * FIRST_PAUSE_MS * 2 ** tries);
      }
    }
  }

  function put(change: StateChange, writeId: string): Promise<unknown> {
    return call('PutItem', statePut(change, writeId));
  }

  function putAll(change: StateChange, records: readonly AlertRecord[], writeId: string): Promise<unknown> {
    return call('TransactWriteItems', {
      TransactItems: [
        { Put: statePut(change, writeId) },
        ...records.flatMap((record) => [
          { Put: { TableName, Item: recordItem(change, record) } },
          record.alert.status === 'resolved'
            ? { Delete: { TableName, Key: openKey(change.key.tenantId, record.alert.alertId) } }
            : { Put: { TableName, Item: openItem(change, record) } },
        ]),
      ],
      ClientRequestToken: newId(),
    });
  }

  function statePut(change: StateChange, writeId: string) {
    return {
      TableName,
      Item: stateItem(change, writeId),
      ...(change.version === undefined
        ? {
            ConditionExpression: 'attribute_not_exists(pk) OR keptUntilMs <= :now',
            ExpressionAttributeValues: { ':now': { N: String(now()) } },
          }
        : {
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': { N: String(change.version) } },
          }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
  }

  function dueIn(shard: number, nowMs: number, limit: number): Promise<readonly Item[]> {
    return queryUpTo(
      call,
      {
        TableName,
        IndexName: DUE_INDEX.name,
        KeyConditionExpression: `${DUE_INDEX.partitionKey} = :shard AND ${DUE_INDEX.sortKey} <= :now`,
        ExpressionAttributeValues: { ':shard': { S: duePartition(shard) }, ':now': { N: String(nowMs) } },
      },
      limit,
    );
  }
}

/** The state that stood in the way; undefined if it was something else that went wrong. */
function conditionFailed(error: unknown): { readonly item: Item | undefined } | undefined {
  if (isNamed(error, 'ConditionalCheckFailedException')) return { item: itemInTheWay(error) };
  const [reason] = reasonsOf(error) ?? [];
  return reason?.Code === 'ConditionalCheckFailed' ? { item: reason.Item } : undefined;
}

/** An answer was lost, and the SDK sent the write again: it is the first one that stands in the way. */
function isOurs(item: Item | undefined, writeId: string): boolean {
  return item !== undefined && text(item, 'writeId') === writeId;
}
