import { expect, test } from '@jest/globals';
import { reasonInWords, stateInWords, worstOf } from '../../dashboard/src/deliveries/in-words.ts';
import { orNone, requestOf } from '../../dashboard/src/deliveries/use-stand-ins.ts';
import type { DeliveryAttempt } from '../../src/domain/deliveries.ts';
import type { StandInRequest } from '../../src/domain/stand-ins.ts';

test('a reason says what to look at; one that is not known stays as it is', () => {
  expect(reasonInWords('http_403')).toMatch(/key/);
  expect(reasonInWords('http_502')).toBe('it is in trouble (502)');
  expect(reasonInWords('http_418')).toBe('it answered 418');
  expect(reasonInWords('mapper_parsing_exception')).toBe('mapper_parsing_exception');
  expect(reasonInWords('constructor')).toBe('constructor');
});

test('a state says until when a destination is left alone, and why', () => {
  expect(stateInWords({ kind: 'well' })).toBe('Well');
  const untilMs = new Date(2026, 10, 28, 12, 3, 20).getTime();
  expect(stateInWords({ kind: 'paused', reason: 'http_503', untilMs })).toMatch(/^Paused until 12:03:20: /);
  expect(stateInWords({ kind: 'paused', reason: 'timeout' })).toMatch(/^Failing: no answer in time/);
  expect(stateInWords({ kind: 'misconfigured', reason: 'http_401' })).toMatch(/^Set up wrongly: the key/);
});

test('of several outcomes the one that needs a look stands first', () => {
  const some = (kind: 'delivered' | 'retry' | 'rejected') => ({ kind, count: 1 });
  expect(worstOf([some('delivered'), some('rejected'), some('retry')])).toBe('rejected');
  expect(worstOf([some('delivered'), some('retry')])).toBe('retry');
  expect(worstOf([])).toBe('delivered');
});

const attempt: DeliveryAttempt = {
  n: 1,
  destination: 'datadog',
  atMs: 100,
  durationMs: 20,
  bytes: 1,
  answer: { status: 202 },
  count: 2,
  tryNumber: 1,
  outcomes: [{ kind: 'delivered', count: 2 }],
  events: [
    { id: 'a', tries: 1, outcome: 'delivered' },
    { id: 'b', tries: 1, outcome: 'delivered' },
  ],
};
const aRequest = (fields: Partial<StandInRequest>): StandInRequest => ({
  seq: 1,
  atMs: 110,
  operation: 'POST /api/v2/logs',
  valid: true,
  problems: [],
  status: 202,
  bytes: 1,
  count: 2,
  ids: ['a', 'b'],
  preview: [],
  ...fields,
});

test("an attempt is found among the stand-in's requests by its time, its size, its answer and its events", () => {
  const right = aRequest({ seq: 7 });
  const others = [
    aRequest({ atMs: 99 }),
    aRequest({ atMs: 121 }),
    aRequest({ count: 1 }),
    aRequest({ status: 503 }),
    aRequest({ ids: ['x'] }),
  ];
  expect(requestOf(attempt, [...others, right])).toBe(right);
  expect(requestOf(attempt, others)).toBeUndefined();
  expect(requestOf({ ...attempt, events: [] }, [right])).toBe(right);
});

test('a home without stand-ins is asked once; other troubles are told', async () => {
  let asked = 0;
  const none = orNone(async () => {
    asked++;
    throw Object.assign(new Error('none here'), { name: 'not_found' });
  });
  expect(await none()).toEqual({ standIns: [] });
  expect(await none()).toEqual({ standIns: [] });
  expect(asked).toBe(1);
  const broken = orNone(async () => {
    throw Object.assign(new Error('lost'), { name: 'disconnected' });
  });
  await expect(broken()).rejects.toThrow('lost');
});
