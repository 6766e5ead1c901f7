import { expect, test } from '@jest/globals';
import { makeClock } from '../../../src/aws/alerts/run-clock.ts';
import type { PipelineCondition } from '../../../src/detect/detector.ts';

const broken: PipelineCondition = {
  id: 'pipeline-trail-late',
  name: 'The trail is late',
  subject: 'record',
  isBroken: true,
  severity: 'high',
  title: 'The trail is late',
};

function aClock({
  due,
  look,
}: {
  due: readonly number[];
  look?: () => Promise<readonly PipelineCondition[]>;
}) {
  const told: (readonly PipelineCondition[])[] = [];
  const logged: string[] = [];
  let ticks = 0;
  let remainingMs = 55_000;
  const run = makeClock({
    detector: {
      tick: async () => due[ticks++] ?? 0,
      pipeline: async (conditions) => void told.push(conditions),
    },
    readPipeline: look ?? (async () => [broken]),
    log: (_, message) => void logged.push(message),
    wait: async (ms) => {
      remainingMs -= ms;
    },
  });
  return { run: () => run(() => remainingMs), told, logged, ticks: () => ticks };
}

test('it looks at the pipeline once and goes on while something is due', async () => {
  const clock = aClock({ due: [100, 7] });
  expect(await clock.run()).toBe(107);
  expect(clock.ticks()).toBe(3);
  expect(clock.told).toEqual([[broken]]);
});

test('it ends before the Lambda’s time is up, whatever is still due', async () => {
  const clock = aClock({ due: new Array(1_000).fill(1) });
  await clock.run();
  expect(clock.ticks()).toBeGreaterThan(30);
  expect(clock.ticks()).toBeLessThan(40);
});

test('a pipeline that cannot be looked at holds up no alert, and is a failure all the same', async () => {
  const clock = aClock({
    due: [3],
    look: async () => {
      throw new Error('throttled');
    },
  });
  await expect(clock.run()).rejects.toThrow('the pipeline could not be looked at: Error: throttled');
  expect(clock.ticks()).toBe(2);
  expect(clock.logged).toEqual(['the pipeline could not be looked at']);
});
