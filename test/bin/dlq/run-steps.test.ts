import { expect, test } from '@jest/globals';
import { type Run, runSteps } from '../../../bin/dlq/run-steps.ts';
import { StreamError } from '../../../src/client/stream-error.ts';
import type { Stepped } from '../../../src/domain/dead-letters/answers.ts';

const step = (fields: Partial<Stepped> = {}): Stepped => ({
  run: 'run-1',
  skipped: [],
  failed: [],
  isComplete: false,
  ...fields,
});

/** A bench that answers these in turn, on a clock that only pauses move. */
function aRun(answers: readonly (Stepped | Error)[], options: Partial<Run> = {}) {
  const asked: object[] = [];
  const pauses: number[] = [];
  let nowMs = 0;
  const stop = new AbortController();
  const report = runSteps(
    {
      act: async (_, args) => {
        asked.push(args);
        const answer = answers[asked.length - 1];
        if (answer === undefined) throw new Error('asked too often');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    {
      what: 'replay-dead-letters',
      selection: {},
      force: false,
      rate: 50,
      onProgress: () => {},
      stop: stop.signal,
      now: () => nowMs,
      pause: async (ms) => {
        pauses.push(ms);
        nowMs += Math.max(0, ms);
      },
      ...options,
    },
  );
  return { asked, pauses, report, stop };
}

test('steps follow each other by run and cursor until one says that it is complete, and their counts add up', async () => {
  const { asked, report } = aRun([
    step({ replayed: 50, next: 'a', skipped: [{ reason: 'died_since', count: 1 }] }),
    step({
      replayed: 40,
      next: 'b',
      skipped: [{ reason: 'died_since', count: 2 }],
      failed: [{ reason: 'x', count: 1 }],
    }),
    step({ replayed: 3, hidden: 4, isComplete: true }),
  ]);

  expect(await report).toEqual({
    run: 'run-1',
    moved: 93,
    skipped: [{ reason: 'died_since', count: 3 }],
    failed: [{ reason: 'x', count: 1 }],
    hidden: 4,
    lostAnswers: 0,
    end: { kind: 'complete' },
  });
  expect(asked).toEqual([
    { selection: {}, limit: 50 },
    { selection: {}, limit: 50, run: 'run-1', next: 'a' },
    { selection: {}, limit: 50, run: 'run-1', next: 'b' },
  ]);
});

test.each([
  [0.5, 1, 2_000],
  [50, 50, 1_000],
  [400, 100, 250],
])('at %d letters a second a step takes %d and the next waits for its time', async (rate, limit, ms) => {
  const { asked, pauses, report } = aRun([step({ replayed: limit }), step({ isComplete: true })], { rate });

  await report;

  expect(asked[0]).toMatchObject({ limit });
  expect(pauses).toEqual([ms]);
});

test('a stop ends after the step in hand, with what was done', async () => {
  const stopping = new AbortController();
  const { report, asked } = aRun([step({ replayed: 5 }), step({ replayed: 5 })], {
    stop: stopping.signal,
    onProgress: () => stopping.abort(),
  });

  expect(await report).toMatchObject({ moved: 5, end: { kind: 'stopped' }, run: 'run-1' });
  expect(asked).toHaveLength(1);
});

test('a lost answer is counted as such, and the run goes on where it knows itself to be', async () => {
  const { report, asked } = aRun([
    step({ replayed: 5, next: 'a' }),
    new StreamError(0, 'disconnected', 'gone'),
    new StreamError(3000, 'internal', 'try again'),
    step({ replayed: 2, isComplete: true }),
  ]);

  expect(await report).toMatchObject({ moved: 7, lostAnswers: 1, end: { kind: 'complete' } });
  expect(asked.slice(1)).toEqual(Array(3).fill({ selection: {}, limit: 50, run: 'run-1', next: 'a' }));
});

test('what will not pass ends the run with what was done; so does trouble that lasts', async () => {
  const forbidden = new StreamError(3505, 'forbidden', 'needs the role operator');
  expect(await aRun([step({ replayed: 5 }), forbidden]).report).toMatchObject({
    moved: 5,
    end: { kind: 'failed', error: forbidden },
  });
  const down = new StreamError(0, 'timeout', 'there was no connection');
  expect(await aRun(Array(6).fill(down)).report).toMatchObject({ moved: 0, end: { kind: 'failed' } });
});
