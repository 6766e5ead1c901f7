/** Lives through a scenario so many times, and says what was promised and not kept. */

import type { Outcome } from './life.ts';
import type { Scenario } from './scenarios.ts';
import type { Lambda } from './scene.ts';

export interface Lived {
  readonly runs: number;
  readonly outcome: Outcome;
  /** Empty where all is as promised. */
  readonly broken: readonly string[];
}

export async function liveThrough(
  lambda: Lambda,
  { lanes = 1, isUnseen = false, live }: Scenario,
  runs: number,
  random: () => number,
): Promise<Lived> {
  const shares = Array.from({ length: lanes }, (_, lane) => Math.ceil((runs - lane) / lanes));
  const outcomes = await Promise.all(
    shares.map(async (share, lane) => {
      // Functions that time out together would start together, and be late for their own last words.
      await new Promise((resolve) => setTimeout(resolve, (lane * 1_000) / lanes));
      return live({ lambda, runs: share, random });
    }),
  );
  const outcome = outcomes.reduce((one, other) => together(one, other));
  return { runs, outcome, broken: brokenIn(outcome, isUnseen ? runs : 0) };
}

function brokenIn(outcome: Outcome, unseen: number): readonly string[] {
  const { lost, unrecorded, doubled, starts, registered, leadsMs, leftForNext, oddAnswers } = outcome;
  const early = leadsMs.filter((ms) => ms <= 0).length;
  return [
    ...(lost !== unseen ? [`${lost} answered requests left no record, and ${unseen} should have`] : []),
    ...(unrecorded > 0 ? [`${unrecorded} unanswered requests left no record`] : []),
    ...(doubled > 0 ? [`${doubled} requests left two different records`] : []),
    ...(registered < starts ? [`${starts - registered} of ${starts} starts registered too late`] : []),
    ...(early > 0 ? [`${early} records were sent before Lambda had the response`] : []),
    ...(leftForNext > 0
      ? [`${leftForNext} records were still on their way when the extension was done`]
      : []),
    ...oddAnswers.slice(0, 3),
  ];
}

/** Numbers are added, lists joined. */
function together<T extends object>(one: T, other: T): T {
  const both = Object.entries(one).map(([name, value]) => [name, joined(value, other[name as keyof T])]);
  return Object.fromEntries(both);
}

function joined(one: unknown, other: unknown): unknown {
  if (typeof one === 'number') return one + (other as number);
  if (Array.isArray(one)) return [...one, ...(other as unknown[])];
  return together(one as object, other as object);
}
