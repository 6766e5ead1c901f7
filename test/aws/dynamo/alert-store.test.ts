import { randomUUID } from 'node:crypto';
import { makeAlertStore } from '../../../src/aws/dynamo/alert-store.ts';
import { alertStoreContract } from '../../contracts/alert-store.contract.ts';
import { aTable, withDynamoDb } from './a-table.ts';

withDynamoDb(() => {
  alertStoreContract('DynamoDB', async (startMs) => {
    let nowMs = startMs;
    const { call, table } = await aTable();
    return {
      store: makeAlertStore({ call, table, now: () => nowMs, newId: randomUUID }),
      setNow: (ms: number) => {
        nowMs = ms;
      },
    };
  });
});
