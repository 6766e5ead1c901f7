/** What can go wrong between the rows of a viewer. */
import { expect, test } from '@jest/globals';
import type { DynamoCall } from '../../../src/aws/dynamo/call.ts';
import { makeSubscriptions } from '../../../src/aws/dynamo/subscriptions.ts';
import { positionAt } from '../../../src/domain/position.ts';
import type { Connection, Subscription } from '../../../src/stream/ports.ts';
import { makeSubscriptionIndex } from '../../../src/stream/subscription-index.ts';
import { aTable, withDynamoDb } from './a-table.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const LATER_MS = NOW_MS + 3_600_000;
const MANY = { perTenant: 1_000, perConnection: 50 };

function aConnection(connectionId: string): Connection {
  const principal = {
    subject: 'ada',
    tenantId: 'acme',
    roles: ['viewer'] as const,
    tokenExpiresAtMs: LATER_MS,
  };
  return { connectionId, principal, connectedAtMs: NOW_MS, expiresAtMs: LATER_MS };
}
function aSubscription(connectionId: string, sub = 's'): Subscription {
  return {
    connectionId,
    tenantId: 'acme',
    sub,
    pattern: {},
    from: positionAt(NOW_MS),
    expiresAtMs: LATER_MS,
  };
}

withDynamoDb(() => {
  test('a subscription that died between its row and the version was not acknowledged, and the next try is seen', async () => {
    const { call, table } = await aTable();
    let dies = true;
    const dying: DynamoCall = async (operation, input, options) => {
      if (dies && (input as { UpdateExpression?: string }).UpdateExpression?.includes('version'))
        throw new Error('the Lambda was killed');
      return call(operation, input, options);
    };
    const now = () => NOW_MS;
    const viewer = makeSubscriptions({ call: dying, table, now });
    const fanOut = makeSubscriptions({ call, table, now });
    const index = makeSubscriptionIndex({ subscriptions: fanOut, maxTenants: 10, now, log: () => {} });
    await viewer.open(aConnection('c1'), MANY);
    expect(await index.match('acme', {}, NOW_MS)).toEqual([]);

    await expect(viewer.subscribe(aSubscription('c1'), MANY)).rejects.toThrow('killed');
    dies = false;
    expect(await viewer.subscribe(aSubscription('c1'), MANY)).toBe('subscribed');

    expect((await index.match('acme', {}, NOW_MS)).map(({ connectionId }) => connectionId)).toEqual(['c1']);
  });

  test('a fan-out that finds a connection gone deletes its rows, though it never saw it open', async () => {
    const { call, table } = await aTable();
    const now = () => NOW_MS;
    const viewer = makeSubscriptions({ call, table, now });
    await viewer.open(aConnection('c1'), MANY);
    await viewer.subscribe(aSubscription('c1'), MANY);
    const fanOut = makeSubscriptions({ call, table, now });

    await fanOut.close('c1');

    expect((await fanOut.live('acme', NOW_MS)).subscriptions).toEqual([]);
    expect(await viewer.connection('c1', NOW_MS)).toBeUndefined();
  });

  test('many that come at once are counted right: the limit holds, and what goes makes room', async () => {
    const { call, table } = await aTable();
    const lambdas = [1, 2, 3].map(() => makeSubscriptions({ call, table, now: () => NOW_MS }));
    const limit = { perTenant: 10 };
    const opened = await Promise.all(
      Array.from({ length: 30 }, (_, i) => lambdas[i % 3]?.open(aConnection(`c${i}`), limit)),
    );
    expect(opened.filter((outcome) => outcome === 'opened')).toHaveLength(10);
    const first = `c${opened.indexOf('opened')}`;
    await Promise.all(lambdas.map((lambda) => lambda.close(first)));
    expect(await lambdas[0]?.open(aConnection('next'), limit)).toBe('opened');
    expect(await lambdas[1]?.open(aConnection('one-too-many'), limit)).toBe('too_many_connections');
  });

  test('one that goes makes room for one, also when the answer is lost and the call made again', async () => {
    const { call, table } = await aTable();
    const twice: DynamoCall = async (operation, input, options) => {
      const isLess = operation === 'UpdateItem' && JSON.stringify(input).includes('"-1"');
      if (isLess) await call(operation, input, options);
      return call(operation, input, options);
    };
    const home = makeSubscriptions({ call: twice, table, now: () => NOW_MS });
    const limit = { perTenant: 2 };
    for (const id of ['c1', 'c2']) expect(await home.open(aConnection(id), limit)).toBe('opened');
    await home.close('c1');
    expect(await home.open(aConnection('c3'), limit)).toBe('opened');
    expect(await home.open(aConnection('c4'), limit)).toBe('too_many_connections');
  });

  test('connections that ended without a word are found out when the limit is met', async () => {
    const { call, table } = await aTable();
    let nowMs = NOW_MS;
    const lambda = makeSubscriptions({ call, table, now: () => nowMs });
    for (let i = 0; i < 5; i++) await lambda.open(aConnection(`c${i}`), { perTenant: 5 });
    expect(await lambda.open(aConnection('c5'), { perTenant: 5 })).toBe('too_many_connections');
    nowMs = LATER_MS + 1;
    const fresh = { ...aConnection('c6'), expiresAtMs: LATER_MS + 10_000 };
    expect(await lambda.open(fresh, { perTenant: 5 })).toBe('opened');
  });
});
