/** The stream's contract over the AWS adapters, on DynamoDB Local and real sockets. */
import { jest } from '@jest/globals';
import { startAdaptersHome } from '../aws/adapters-home.ts';
import { aTable, withDynamoDb } from '../aws/dynamo/a-table.ts';
import { streamContract } from './stream.contract.ts';

// A slice of the trail is final 3 s after its 5 s, and some traps pull more than once.
jest.setTimeout(120_000);

withDynamoDb(() => {
  streamContract('the AWS adapters', async (limits) => {
    const connections = await aTable();
    const trail = await aTable();
    return startAdaptersHome({
      call: connections.call,
      connectionsTable: connections.table,
      trailTable: trail.table,
      limits,
    });
  });
});
