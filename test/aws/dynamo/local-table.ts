/** Tables of DynamoDB Local, and calls to it. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DUE_INDEX } from '../../../src/aws/dynamo/alert-rows.ts';
import type { DynamoCall } from '../../../src/aws/dynamo/call.ts';
import { sdkCall } from '../../../src/aws/dynamo/sdk-call.ts';

/** The client's settings for DynamoDB Local at that address. */
export function localConfig(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

export function localCall(url: string): DynamoCall {
  return sdkCall({ client: localConfig(url) });
}

let tables = 0;

/** A fresh table with the keys that all of our tables have, and the index that one of them has; its name. */
export async function createTable(url: string): Promise<string> {
  const table = `table-${process.pid}-${++tables}`;
  await new DynamoDBClient(localConfig(url)).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        ...['pk', 'sk', DUE_INDEX.partitionKey].map(
          (AttributeName) => ({ AttributeName, AttributeType: 'S' }) as const,
        ),
        { AttributeName: DUE_INDEX.sortKey, AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: DUE_INDEX.name,
          KeySchema: [
            { AttributeName: DUE_INDEX.partitionKey, KeyType: 'HASH' },
            { AttributeName: DUE_INDEX.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return table;
}
