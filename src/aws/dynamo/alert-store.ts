/** What is known of alerts, in DynamoDB. Reads see every write that was confirmed before them; only what is due may lag. */

import { listedSilences } from '../../detect/kept-until.ts';
import type { AlertRecords, AlertStore, Silences } from '../../detect/ports.ts';
import {
  isKept,
  OPEN,
  RECORDS,
  readRecord,
  readSilence,
  recordKey,
  SILENCES,
  silenceItem,
} from './alert-rows.ts';
import { type AlertStatesOptions, makeAlertStates } from './alert-states.ts';
import type { Item } from './call.ts';
import { text } from './connection-rows.ts';
import { getAll, type Patience, queryAll, queryUpTo } from './many.ts';

export type AlertStoreOptions = Omit<AlertStatesOptions, keyof Patience> & Partial<Patience>;

export function makeAlertStore(options: AlertStoreOptions): AlertStore {
  const all: AlertStatesOptions = {
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...options,
  };
  return { states: makeAlertStates(all), records: makeRecords(all), silences: makeSilences(all) };
}

function makeRecords(options: AlertStatesOptions): AlertRecords {
  const { call, table: TableName, now } = options;
  const newest = (pk: string, limit: number, before?: string) =>
    queryUpTo(
      call,
      {
        TableName,
        KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
        FilterExpression: 'keptUntilMs > :now',
        ExpressionAttributeValues: {
          ':pk': { S: pk },
          ':now': { N: String(now()) },
          ...(before !== undefined && { ':before': { S: before } }),
        } as Item,
        ConsistentRead: true,
        ScanIndexForward: false,
      },
      limit,
    );

  const records: AlertRecords = {
    async open(tenantId, limit, before) {
      const ids = (await newest(OPEN + tenantId, limit, before)).map((item) => text(item, 'sk'));
      const keys = ids.map((alertId) => recordKey(tenantId, alertId));
      const items = await getAll(call, TableName, keys, options);
      const found = new Map(items.map((item) => [text(item, 'sk'), readRecord(item)]));
      const open = ids.flatMap((alertId) => {
        const record = found.get(alertId);
        // It may have ended since.
        return record && record.alert.status !== 'resolved' ? [record] : [];
      });
      if (ids.length < limit || open.length === limit) return open;
      return [...open, ...(await records.open(tenantId, limit - open.length, ids.at(-1)))];
    },
    async page(tenantId, { before, limit }) {
      const found = await newest(RECORDS + tenantId, limit + 1, before);
      const older = found.slice(0, limit).map(readRecord);
      const next = found.length > limit ? older.at(-1)?.alert.alertId : undefined;
      return { records: older, ...(next !== undefined && { next }) };
    },
    async byId(tenantId, alertId) {
      const { Item } = await call('GetItem', {
        TableName,
        Key: recordKey(tenantId, alertId),
        ConsistentRead: true,
      });
      if (!Item || !isKept(Item, now())) return undefined;
      const key = { tenantId, ruleId: text(Item, 'ruleId'), name: text(Item, 'name') };
      return { record: readRecord(Item), key };
    },
  };
  return records;
}

function makeSilences({ call, table: TableName, now }: AlertStatesOptions): Silences {
  return {
    async put(silence) {
      await call('PutItem', { TableName, Item: silenceItem(silence) });
    },
    async list(tenantId, endsAfterMs) {
      const items = await queryAll(call, {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: SILENCES + tenantId } },
        ConsistentRead: true,
      });
      return listedSilences(items.map(readSilence), endsAfterMs, now());
    },
  };
}
