import { makeSubscriptions } from '../../../src/aws/dynamo/subscriptions.ts';
import { subscriptionsContract } from '../../contracts/subscriptions.contract.ts';
import { aTable, withDynamoDb } from './a-table.ts';

withDynamoDb(() => {
  subscriptionsContract('DynamoDB', async (startMs) => {
    let nowMs = startMs;
    const { call, table } = await aTable();
    return {
      subscriptions: makeSubscriptions({ call, table, now: () => nowMs }),
      setNow: (ms: number) => {
        nowMs = ms;
      },
    };
  });
});
