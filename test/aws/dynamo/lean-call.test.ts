import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { makeAlertStore } from '../../../src/aws/dynamo/alert-store.ts';
import type { DynamoCall, Item, Operations } from '../../../src/aws/dynamo/call.ts';
import { leanCall } from '../../../src/aws/dynamo/lean-call.ts';
import { makeSubscriptions } from '../../../src/aws/dynamo/subscriptions.ts';
import { makeSignedClient, type SignedClient } from '../../../src/aws/http/signed-client.ts';
import { alertStoreContract } from '../../contracts/alert-store.contract.ts';
import { subscriptionsContract } from '../../contracts/subscriptions.contract.ts';
import {
  type ApiRequest,
  aManagementApi,
  answer,
  CREDENTIALS,
  type Manner,
  REGION,
} from '../a-management-api.ts';
import { aTable, dynamoUrl, withDynamoDb } from './a-table.ts';

const clients: SignedClient[] = [];
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function clientAt(endpoint: string): SignedClient {
  const client = makeSignedClient({
    endpoint,
    service: 'dynamodb',
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  clients.push(client);
  return client;
}

/** A machine that runs everything at once may answer late. */
function patient(call: DynamoCall): DynamoCall {
  return (operation, input, options) => call(operation, input, { timeoutMs: 20_000, ...options });
}

type Step = { [O in keyof Operations]: readonly [O, Operations[O]['input']] }[keyof Operations];

/** What a call came to, without what only the SDK adds. */
async function outcomeOf(call: DynamoCall, [operation, input]: Step): Promise<unknown> {
  try {
    const { $metadata, ...output } = (await call(operation, input)) as Record<string, unknown>;
    return output;
  } catch (error) {
    const { name, message, Item, CancellationReasons } = error as Error & Record<string, unknown>;
    return { name, message, Item, CancellationReasons };
  }
}

withDynamoDb(() => {
  alertStoreContract('DynamoDB without the SDK', async (startMs) => {
    let nowMs = startMs;
    const { table } = await aTable();
    const call = patient(leanCall({ client: clientAt(dynamoUrl()) }));
    return {
      store: makeAlertStore({ call, table, now: () => nowMs, newId: randomUUID }),
      setNow: (ms: number) => {
        nowMs = ms;
      },
    };
  });

  subscriptionsContract('DynamoDB without the SDK', async (startMs) => {
    let nowMs = startMs;
    const { table } = await aTable();
    const call = patient(leanCall({ client: clientAt(dynamoUrl()) }));
    return {
      subscriptions: makeSubscriptions({ call, table, now: () => nowMs }),
      setNow: (ms: number) => {
        nowMs = ms;
      },
    };
  });

  test('answers and errors are those of the SDK, operation by operation', async () => {
    const { call: sdk, table } = await aTable();
    const { table: other } = await aTable();
    const lean = leanCall({ client: clientAt(dynamoUrl()) });
    const key = (sk: string): Item => ({ pk: { S: 'größe 😀' }, sk: { S: sk } });
    const steps = (TableName: string): readonly Step[] => [
      [
        'PutItem',
        { TableName, Item: { ...key('a'), n: { N: '1.50' }, set: { SS: ['x', 'ü'] }, is: { BOOL: true } } },
      ],
      ['GetItem', { TableName, Key: key('a'), ConsistentRead: true }],
      ['GetItem', { TableName, Key: key('nothing') }],
      [
        'PutItem',
        {
          TableName,
          Item: key('a'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
      [
        'UpdateItem',
        {
          TableName,
          Key: key('b'),
          UpdateExpression: 'ADD #n :one',
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues: 'ALL_NEW',
        },
      ],
      [
        'Query',
        {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'größe 😀' } },
          Limit: 1,
          ConsistentRead: true,
        },
      ],
      [
        'TransactWriteItems',
        {
          TransactItems: [
            { Put: { TableName, Item: key('c') } },
            {
              Put: {
                TableName,
                Item: key('a'),
                ConditionExpression: 'attribute_not_exists(pk)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        },
      ],
      ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: key('c') } }] }],
      ['BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('c') } }] } }],
      ['DeleteItem', { TableName, Key: key('a'), ReturnValues: 'ALL_OLD' }],
      ['GetItem', { TableName: 'missing', Key: key('a') }],
      ['PutItem', { TableName, Item: { pk: { S: '' }, sk: { S: 'x' } } }],
    ];

    const swap = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(other, table));
    for (const [i, step] of steps(table).entries()) {
      const ours = swap(await outcomeOf(lean, steps(other)[i] as Step));
      expect([step[0], ours]).toEqual([step[0], swap(await outcomeOf(sdk, step))]);
    }
  });

  test('a page of a megabyte comes whole', async () => {
    const { table: TableName } = await aTable();
    const call = patient(leanCall({ client: clientAt(dynamoUrl()) }));
    for (let n = 0; n < 5; n++)
      await call('PutItem', {
        TableName,
        Item: { pk: { S: 'p' }, sk: { S: `${n}` }, text: { S: 'ü'.repeat(150_000) } },
      });

    const page = await call('Query', {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'p' } },
    });

    expect(page.Items).toHaveLength(4);
    expect(page.Items?.every(({ text }) => (text as { S: string }).S === 'ü'.repeat(150_000))).toBe(true);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: 'p' }, sk: { S: '3' } });
  });
});

const getItem: Step = ['GetItem', { TableName: 't', Key: { pk: { S: 'p' }, sk: { S: 's' } } }];

function json(status: number, body: string): Manner {
  return {
    bytes: `HTTP/1.1 ${status} X\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  };
}

async function aFaultyTable(...manners: readonly ((request: ApiRequest) => Manner)[]) {
  let n = 0;
  const api = await aManagementApi(
    (request) => (manners[Math.min(n++, manners.length - 1)] as (typeof manners)[number])(request),
    { stage: '' },
  );
  cleanUps.push(api.end);
  const waits: number[] = [];
  const call = leanCall({
    client: clientAt(api.endpoint),
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  return { api, call, waits };
}

const throttled = () =>
  json(
    400,
    '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}',
  );
const found = () => json(200, '{"Item":{"pk":{"S":"p"}}}');

test('a throttle, a fault and a lost connection are tried once more', async () => {
  for (const fault of [
    throttled,
    () => 500,
    () => ({ ends: 'reset' as const }),
    () => ({ bytes: 'noise\r\n\r\n' }),
  ]) {
    const { api, call, waits } = await aFaultyTable(fault, found);

    expect(await outcomeOf(call, getItem)).toEqual({ Item: { pk: { S: 'p' } } });
    expect(waits).toEqual([50]);
    expect(api.requests.map(({ path, headers }) => [path, headers['x-amz-target']])).toEqual([
      ['/', 'DynamoDB_20120810.GetItem'],
      ['/', 'DynamoDB_20120810.GetItem'],
    ]);
  }
});

test('what stays broken is an error with DynamoDB’s name', async () => {
  const cases: readonly (readonly [() => Manner, string, number])[] = [
    [throttled, 'ProvisionedThroughputExceededException', 2],
    [
      () => json(400, '{"__type":"x#ConditionalCheckFailedException","Message":"no"}'),
      'ConditionalCheckFailedException',
      1,
    ],
    [() => ({ bytes: answer(500) }), 'Http500', 2],
    [() => json(413, '<html>'), 'Http413', 1],
    [() => ({ ends: 'reset' }), 'ConnectionError', 2],
  ];
  for (const [manner, name, tries] of cases) {
    const { api, call } = await aFaultyTable(manner);
    await expect(call(...getItem)).rejects.toMatchObject({ name });
    expect(api.requests).toHaveLength(tries);
  }
});

test('silence ends at the deadline of the call', async () => {
  const { api, call } = await aFaultyTable(() => ({ after: new Promise(() => {}) }));

  await expect(call(getItem[0], getItem[1], { timeoutMs: 200 })).rejects.toMatchObject({
    name: 'ConnectionError',
  });
  expect(api.requests.length).toBeGreaterThan(0);
});
