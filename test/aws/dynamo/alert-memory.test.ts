import { randomUUID } from 'node:crypto';
import { makeAlertMemory } from '../../../src/aws/dynamo/alert-memory.ts';
import { alertMemoryContract } from '../../contracts/alert-memory.contract.ts';
import { aTable, withDynamoDb } from './a-table.ts';

withDynamoDb(() => {
  alertMemoryContract('DynamoDB', async () => makeAlertMemory({ ...(await aTable()), newId: randomUUID }));
});
