import { makeTrail } from '../../../src/aws/dynamo/trail.ts';
import { trailContract } from '../../contracts/trail.contract.ts';
import { aTable, withDynamoDb } from './a-table.ts';

withDynamoDb(() => {
  trailContract('DynamoDB', async (startMs) => {
    let nowMs = startMs;
    const { call, table } = await aTable();
    const retentionMs = 60_000;
    return {
      trail: makeTrail({ call, table, retentionMs, now: () => nowMs, log: () => {} }),
      setNow: (ms: number) => {
        nowMs = ms;
      },
      retentionMs,
    };
  });
});
