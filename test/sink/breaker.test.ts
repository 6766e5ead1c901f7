import { expect, test } from '@jest/globals';
import { MISCONFIGURED_MS, makeBreaker } from '../../src/sink/breaker.ts';

function aBreaker() {
  let nowMs = 0;
  return {
    breaker: makeBreaker({ now: () => nowMs, random: () => 1 }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a pause that the vendor asks for holds up all, and ends', () => {
  const { breaker, pass } = aBreaker();
  breaker.failed('http_429', 30_000);
  expect(breaker.closed()).toEqual({ kind: 'retry', reason: 'http_429', untilMs: 30_000 });
  pass(30_000);
  expect(breaker.closed()).toBeUndefined();
});

test('two failures are no outage, the third is, and its pauses double', () => {
  const { breaker, pass } = aBreaker();
  breaker.failed('timeout');
  breaker.failed('timeout');
  expect(breaker.closed()).toBeUndefined();
  breaker.failed('timeout');
  expect(breaker.closed()?.untilMs).toBe(1_000);
  pass(1_000);
  breaker.failed('timeout');
  expect(breaker.closed()?.untilMs).toBe(3_000);
});

test('an answer in between begins the count anew, so permanent refusals never open it', () => {
  const { breaker } = aBreaker();
  breaker.failed('timeout');
  breaker.failed('timeout');
  breaker.answered();
  breaker.failed('timeout');
  expect(breaker.closed()).toBeUndefined();
});

test('what a person has to mend is looked at again every five minutes', () => {
  const { breaker, pass } = aBreaker();
  breaker.misconfigured('http_403');
  pass(MISCONFIGURED_MS - 1);
  expect(breaker.closed()).toMatchObject({ kind: 'misconfigured', reason: 'http_403' });
  pass(1);
  expect(breaker.closed()).toBeUndefined();
});
