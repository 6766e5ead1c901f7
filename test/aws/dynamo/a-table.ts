/** DynamoDB Local for a test file, with a table of its own for each test. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DynamoCall } from '../../../src/aws/dynamo/call.ts';
import { sdkCall } from '../../../src/aws/dynamo/sdk-call.ts';
import { dynamoDbLocal, startDynamoDbLocal } from '../../services/dynamodb/dynamodb-local.ts';
import type { JavaServer } from '../../services/java-server.ts';

const part = dynamoDbLocal();
let server: JavaServer | undefined;
let tables = 0;

/** The client's settings for DynamoDB Local. */
export function localConfig(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** Runs `tests` with DynamoDB Local started before and stopped after them; without Java they are left out, said once. */
export function withDynamoDb(tests: () => void): void {
  test('DynamoDB Local is there in CI', () => {
    if (process.env.CI) expect(part).not.toHaveProperty('missing');
  });
  if ('missing' in part) {
    console.log(`Left out: the tests against DynamoDB Local (${part.missing}).`);
    return;
  }
  beforeAll(async () => {
    server = await startDynamoDbLocal(part);
  });
  afterAll(() => server?.stop());
  tests();
}

export function dynamoUrl(): string {
  return (server as JavaServer).url;
}

/** A fresh table with the keys of both of our tables. */
export async function aTable(): Promise<{ readonly call: DynamoCall; readonly table: string }> {
  const client = localConfig(dynamoUrl());
  const table = `table-${process.pid}-${++tables}`;
  await new DynamoDBClient(client).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { call: sdkCall({ client }), table };
}
