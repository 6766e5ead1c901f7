/** DynamoDB Local for a test file, with a table of its own for each test. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DynamoCall } from '../../../src/aws/dynamo/call.ts';
import { dynamoDbLocal, startDynamoDbLocal } from '../../services/dynamodb/dynamodb-local.ts';
import type { JavaServer } from '../../services/java-server.ts';
import { createTable, localCall } from './local-table.ts';

const part = dynamoDbLocal();
let server: JavaServer | undefined;

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
  return { call: localCall(dynamoUrl()), table: await createTable(dynamoUrl()) };
}
