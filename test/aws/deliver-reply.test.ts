import { expect, test } from '@jest/globals';
import { deliverReply } from '../../src/aws/deliver-reply.ts';

function aGateway() {
  const did: string[] = [];
  return {
    did,
    send: async (connectionId: string, message: string) => {
      did.push(`${connectionId} ${message}`);
      return 'sent' as const;
    },
    close: async (connectionId: string, code: number, reason: string) => {
      did.push(`${connectionId} closed ${code} ${reason}`);
    },
  };
}

test('one message is the route’s response and costs no call', async () => {
  const gateway = aGateway();
  expect(await deliverReply('c', { messages: ['a'] }, gateway)).toEqual({ statusCode: 200, body: 'a' });
  expect(gateway.did).toEqual([]);
});

test('of several messages the last is the response, the others are posted', async () => {
  const gateway = aGateway();
  expect(await deliverReply('c', { messages: ['a', 'b', 'z'] }, gateway)).toEqual({
    statusCode: 200,
    body: 'z',
  });
  expect(gateway.did).toEqual(['c a', 'c b']);
});

test('the last word before the end is posted, because a response would come after it', async () => {
  const gateway = aGateway();
  const reply = { messages: ['sorry'], close: { code: 3003, reason: 'token_expired' } };
  expect(await deliverReply('c', reply, gateway)).toEqual({ statusCode: 200 });
  expect(gateway.did).toEqual(['c sorry', 'c closed 3003 token_expired']);
});

test('nothing to say is an answer without a body', async () => {
  expect(await deliverReply('c', { messages: [] }, aGateway())).toEqual({ statusCode: 200 });
});
