import { expect, test } from '@jest/globals';
import type { Answer } from '../../src/sink/judge-status.ts';
import type { Send, Unanswered } from '../../src/sink/send.ts';
import type { SinkRequest } from '../../src/sink/sink.ts';
import { aDelivery, aDestination, aMessage, type DeliveryOptions } from './a-delivery.ts';

const datadog = aDestination('datadog', { apiKey: { secret: 'key' } });
const idsOf = ({ body }: Pick<SinkRequest, 'body'>) =>
  (JSON.parse(body) as { evt: { id: string } }[]).map(({ evt }) => evt.id);
const answered = (status: number, headers: Answer['headers'] = {}): Answer => ({
  kind: 'answered',
  status,
  headers,
  body: '{}',
});

function aVendorOf(
  answer: (ids: readonly string[], call: number, request: SinkRequest) => Answer | Unanswered,
  options: DeliveryOptions = {},
) {
  const calls: string[][] = [];
  const keys: (string | undefined)[] = [];
  const send: Send = async (request) => {
    const ids = idsOf(request);
    calls.push(ids);
    keys.push(request.headers['dd-api-key']);
    return answer(ids, calls.length, request);
  };
  return { calls, keys, ...aDelivery(datadog, { ...options, send }) };
}
const messages = (...ids: readonly string[]) => ids.map((id) => aMessage(id));
const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind);

test('one request for the batch, one outcome a message', async () => {
  const { deliver, calls } = aVendorOf(() => answered(202));
  expect(kinds(await deliver(messages('a', 'b', 'c')))).toEqual(['delivered', 'delivered', 'delivered']);
  expect(calls).toEqual([['a', 'b', 'c']]);
});

test('a refused request is halved until the message at fault stands alone', async () => {
  const { deliver, calls } = aVendorOf((ids) => answered(ids.includes('bad') ? 400 : 202));
  const outcomes = await deliver(messages('a', 'b', 'bad', 'd', 'e'));
  expect(kinds(outcomes)).toEqual(['delivered', 'delivered', 'rejected', 'delivered', 'delivered']);
  expect(outcomes[2]).toEqual({ kind: 'rejected', reason: 'http_400', status: 400 });
  expect(calls.length).toBeLessThanOrEqual(7);
});

test('trap 53: a request of the vendor’s size that fails puts off exactly the messages in it', async () => {
  const { deliver, calls } = aVendorOf((ids) => answered(ids.includes('m-3') ? 503 : 202));
  const large = Array.from({ length: 60 }, (_, i) =>
    aMessage(`m-${i}`, { metadata: { text: 'x'.repeat(150_000) } }),
  );
  const outcomes = await deliver(large);
  expect(calls.length).toBeGreaterThan(1);
  const failed = calls.find((ids) => ids.includes('m-3')) ?? [];
  expect(failed.length).toBeLessThan(large.length);
  const putOff = large.filter((_, i) => outcomes[i]?.kind === 'retry').map(({ messageId }) => messageId);
  expect(putOff).toEqual(failed.map((id) => `message-${id}`));
  expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(large.length - failed.length);
});

test('what is no audit event is rejected, and the rest is delivered', async () => {
  const { deliver, calls } = aVendorOf(() => answered(202));
  const wrong = aMessage('wrong');
  const [outcome, other] = await deliver([
    { ...wrong, event: { ...wrong.event, detail: { id: 'wrong' } } },
    aMessage('right'),
  ]);
  expect(outcome).toMatchObject({ kind: 'rejected', reason: 'invalid_event' });
  expect(other).toEqual({ kind: 'delivered' });
  expect(calls).toEqual([['right']]);
});

test('a pause that the vendor asks for holds up the whole destination, and no call is made meanwhile', async () => {
  let nowMs = 1_000_000;
  const { deliver, calls } = aVendorOf(
    (_ids, call) => (call === 1 ? answered(429, { 'retry-after': '30' }) : answered(202)),
    { now: () => nowMs },
  );
  expect(await deliver(messages('a'))).toEqual([
    { kind: 'retry', reason: 'http_429', status: 429, afterMs: 30_000 },
  ]);
  nowMs += 10_000;
  expect(await deliver(messages('b'))).toEqual([{ kind: 'retry', reason: 'http_429', afterMs: 20_000 }]);
  expect(calls).toEqual([['a']]);
  nowMs += 20_000;
  expect(kinds(await deliver(messages('a', 'b')))).toEqual(['delivered', 'delivered']);
});

test('a key that is refused is read anew once; the rotated one delivers', async () => {
  let key = 'old';
  const { deliver, keys } = aVendorOf(
    (_ids, _call, { headers }) => answered(headers['dd-api-key'] === 'new' ? 202 : 403),
    { readSecret: async () => key },
  );
  const first = deliver(messages('a'));
  key = 'new';
  expect(await first).toEqual([{ kind: 'delivered' }]);
  expect(keys).toEqual(['old', 'new']);
});

test('a key that stays refused is no fault of a message: all wait, one call in five minutes asks again', async () => {
  let nowMs = 1_000_000;
  const { deliver, calls, logged } = aVendorOf(() => answered(403), { now: () => nowMs });
  expect(await deliver(messages('a', 'b'))).toEqual([
    { kind: 'misconfigured', reason: 'http_403', status: 403 },
    { kind: 'misconfigured', reason: 'http_403', status: 403 },
  ]);
  for (let minute = 0; minute < 4; minute++) {
    nowMs += 60_000;
    expect(kinds(await deliver(messages('c')))).toEqual(['misconfigured']);
  }
  expect(calls).toHaveLength(2);
  nowMs += 60_000;
  await deliver(messages('c'));
  expect(calls.length).toBeGreaterThan(2);
  expect(logged[0]).toContain('http_403');
  expect(logged.join()).not.toContain('a-secret-of-the-vendor');
});

test('trap 70: messages that are refused for good do not stop the destination', async () => {
  const { deliver } = aVendorOf((ids) => answered(ids.some((id) => id.startsWith('bad')) ? 400 : 202));
  for (let i = 0; i < 10; i++) expect(kinds(await deliver(messages(`bad-${i}`)))).toEqual(['rejected']);
  expect(kinds(await deliver(messages('good')))).toEqual(['delivered']);
});

test('the third call without an answer in a row is an outage: the rest waits without being sent', async () => {
  const { deliver, calls } = aVendorOf(() => ({ kind: 'unanswered', reason: 'timeout' }));
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    expect(await deliver(messages(id))).toMatchObject([{ kind: 'retry', reason: 'timeout' }]);
  expect(calls).toEqual([['a'], ['b'], ['c']]);
});

test('when the time of the batch is used up the rest waits for the next', async () => {
  let nowMs = 0;
  const { deliver, calls } = aVendorOf(
    (ids) => {
      nowMs += 600;
      return answered(ids.length > 1 ? 413 : 202);
    },
    { now: () => nowMs, budgetMs: 1_500 },
  );
  const outcomes = await deliver(messages('a', 'b', 'c', 'd'));
  expect(calls.length).toBeLessThanOrEqual(3);
  expect(outcomes.filter(({ kind }) => kind === 'retry').length).toBeGreaterThan(0);
  expect(outcomes.every(({ kind }) => kind === 'retry' || kind === 'delivered')).toBe(true);
});

test('a secret that cannot be read at all stops nothing for good', async () => {
  const { deliver, calls } = aVendorOf(() => answered(202), {
    readSecret: async () => {
      throw new Error('AccessDeniedException: secret key');
    },
  });
  expect(await deliver(messages('a'))).toMatchObject([
    { kind: 'misconfigured', reason: 'secret_unreadable' },
  ]);
  expect(calls).toEqual([]);
});

test('fields that a destination must not have never reach it', async () => {
  const bodies: string[] = [];
  const destination = aDestination('datadog', {
    apiKey: { secret: 'key' },
    omit: ['actor.email', 'metadata.note'],
  });
  const { deliver } = aDelivery(destination, {
    send: async ({ body }) => {
      bodies.push(body);
      return answered(202);
    },
  });
  await deliver([
    aMessage('a', {
      actor: { type: 'user', id: 'u', email: 'ada@example.com' },
      metadata: { note: 'between us', kept: 1 },
    }),
  ]);
  expect(bodies[0]).toContain('"kept":1');
  expect(bodies[0]).not.toMatch(/ada@example.com|between us/);
});
