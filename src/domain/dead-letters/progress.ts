/** What the steps of a run have done so far, added up: the same for the command line and the page. */
import type { Counted, Stepped } from './answers.ts';

export interface Progress {
  readonly moved: number;
  readonly skipped: readonly Counted[];
  readonly failed: readonly Counted[];
  /** About how many letters somebody else had in hand. */
  readonly hidden: number;
}

export const NOTHING_YET: Progress = { moved: 0, skipped: [], failed: [], hidden: 0 };

export function added(progress: Progress, step: Stepped): Progress {
  return {
    moved: progress.moved + (step.replayed ?? step.purged ?? 0),
    skipped: merged(progress.skipped, step.skipped),
    failed: merged(progress.failed, step.failed),
    hidden: progress.hidden + (step.hidden ?? 0),
  };
}

function merged(held: readonly Counted[], more: readonly Counted[]): readonly Counted[] {
  const counts = new Map(held.map(({ reason, count }) => [reason, count]));
  for (const { reason, count } of more) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** Letters that one step takes at the most: it must end well within a Lambda's time. */
export const MAX_STEP_LETTERS = 100;
