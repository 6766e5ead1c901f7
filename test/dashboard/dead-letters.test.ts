import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runSteps, sumOf } from '../../dashboard/src/dead-letters/run-steps.ts';
import { choiceOf, selectionOf } from '../../dashboard/src/dead-letters/selection.ts';
import type { Stepped } from '../../src/domain/dead-letters/answers.ts';
import { type LetterGroup, OTHERS } from '../../src/domain/dead-letters/groups.ts';
import type { Progress } from '../../src/domain/dead-letters/progress.ts';

test('what the viewer chose becomes the selection that the server takes', () => {
  expect(selectionOf({})).toEqual({ ok: true, selection: {} });
  expect(
    selectionOf({
      queue: 'datadog',
      reason: 'http_400',
      age: 'before-1h',
      id: 'e-1',
      pattern: '{"severity": ["high"]}',
    }),
  ).toEqual({
    ok: true,
    selection: {
      queue: 'datadog',
      reason: 'http_400',
      olderThanMs: 3_600_000,
      ids: ['e-1'],
      pattern: { severity: ['high'] },
    },
  });
  expect(selectionOf({ age: 'in-10m' })).toEqual({ ok: true, selection: { newerThanMs: 600_000 } });
});

test.each([
  ['{"action": ', /not JSON/],
  ['{"action": [{"prefixx": "a"}]}', /action\[0\]\.prefixx/],
  ['["action"]', /object/],
])('the pattern %s is refused with its fault', (pattern, says) => {
  expect(selectionOf({ pattern })).toEqual({
    ok: false,
    problem: { path: expect.any(String), message: expect.stringMatching(says) },
  });
});

const aGroup = (fields: Partial<LetterGroup> = {}): LetterGroup => ({
  queue: 'datadog',
  reason: 'http_400',
  action: 'invoice.approved',
  ageBand: '< 10 min',
  count: 3,
  oldestMs: 1,
  newestMs: 2,
  ...fields,
});

test('a group chooses its letters, and what else was chosen stays', () => {
  expect(choiceOf({ age: 'in-1h', pattern: '{"severity":["high"]}' }, aGroup())).toEqual({
    age: 'in-1h',
    queue: 'datadog',
    reason: 'http_400',
    pattern: '{"severity":["high"],"action":["invoice.approved"]}',
  });
});

test('a group of many reasons or actions chooses none of them', () => {
  expect(choiceOf({}, aGroup({ reason: OTHERS, action: OTHERS }))).toEqual({ queue: 'datadog' });
  expect(choiceOf({}, aGroup({ action: '' }))).toEqual({ queue: 'datadog', reason: 'http_400' });
});

const NO_STOP = new AbortController().signal;

/** A server with letters: some are skipped, some fail, the rest is moved, a step at a time. */
function aServer({ letters, skipped, failed }: { letters: number; skipped: number; failed: number }) {
  let left = letters;
  const asked: Record<string, unknown>[] = [];
  const act = async (_: string, args: object): Promise<Stepped> => {
    const { limit = 0 } = args as { limit?: number };
    asked.push(args as Record<string, unknown>);
    const isFirst = asked.length === 1;
    const replayed = Math.min(limit, left);
    left -= replayed;
    return {
      run: 'run-1',
      replayed,
      skipped: isFirst && skipped > 0 ? [{ reason: 'replayed_often', count: skipped }] : [],
      failed: isFirst && failed > 0 ? [{ reason: 'timeout', count: failed }] : [],
      ...(left > 0 && { next: `n-${left}` }),
      isComplete: left === 0,
    };
  };
  return { act, asked };
}

const common = { work: 'replay', selection: { queue: 'datadog' }, force: false, stop: NO_STOP } as const;

test('the counts of all steps add up to what there was, whatever the pace', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(500),
      fc.nat(20),
      fc.nat(20),
      fc.integer({ min: 1, max: 1_000 }),
      async (letters, skipped, failed, rate) => {
        const server = aServer({ letters, skipped, failed });
        const seen: Progress[] = [];
        const end = await runSteps({
          ...common,
          rate,
          act: server.act,
          now: () => 0,
          pause: async () => {},
          onProgress: (progress) => seen.push(progress),
        });
        expect(end.end).toEqual({ kind: 'complete' });
        expect([end.moved, sumOf(end.skipped), sumOf(end.failed)]).toEqual([letters, skipped, failed]);
        expect(seen).toHaveLength(server.asked.length);
        expect(
          server.asked.every(
            ({ limit }) => (limit as number) <= Math.min(100, Math.max(1, Math.ceil(rate / 4))),
          ),
        ).toBe(true);
      },
    ),
  );
});

test('every step after the first goes on with the same run, from where the last one stopped', async () => {
  const { act, asked } = aServer({ letters: 30, skipped: 0, failed: 0 });
  await runSteps({
    ...common,
    force: true,
    rate: 40,
    act,
    now: () => 0,
    pause: async () => {},
    onProgress: () => {},
  });
  expect(asked).toEqual([
    { selection: { queue: 'datadog' }, limit: 10, force: true },
    { selection: { queue: 'datadog' }, limit: 10, force: true, run: 'run-1', next: 'n-20' },
    { selection: { queue: 'datadog' }, limit: 10, force: true, run: 'run-1', next: 'n-10' },
  ]);
});

test('it keeps to the rate: after n letters n / rate seconds have passed', async () => {
  let nowMs = 0;
  const { act } = aServer({ letters: 100, skipped: 0, failed: 0 });
  await runSteps({
    ...common,
    rate: 20,
    act,
    now: () => nowMs,
    pause: async (ms) => {
      nowMs += Math.max(0, ms);
    },
    onProgress: ({ moved }) => expect(moved).toBeLessThanOrEqual((nowMs / 1_000) * 20 + 5),
  });
  expect(nowMs).toBeGreaterThanOrEqual(4_750);
});

test('stopped, the step in hand is the last, and what was done is counted', async () => {
  const stop = new AbortController();
  const { act, asked } = aServer({ letters: 100, skipped: 0, failed: 0 });
  const end = await runSteps({
    ...common,
    stop: stop.signal,
    rate: 40,
    act,
    now: () => 0,
    pause: async () => {},
    onProgress: ({ moved }) => moved === 20 && stop.abort(),
  });
  expect(end).toMatchObject({ moved: 20, end: { kind: 'stopped' } });
  expect(asked).toHaveLength(2);
});

test('a step without an answer ends the run with what is known', async () => {
  const { act } = aServer({ letters: 100, skipped: 0, failed: 0 });
  let calls = 0;
  const end = await runSteps({
    ...common,
    rate: 40,
    act: async (what, args) => {
      if (++calls === 3) throw new Error('the connection was lost');
      return act(what, args);
    },
    now: () => 0,
    pause: async () => {},
    onProgress: () => {},
  });
  expect(end).toMatchObject({ moved: 20, end: { kind: 'failed', trouble: 'the connection was lost' } });
});
