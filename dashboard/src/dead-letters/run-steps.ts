/** Repeats a step until the run is over: at the pace that was asked for, until the viewer stops it. */

import type { Counted, Stepped } from '../../../src/domain/dead-letters/answers.ts';
import {
  added,
  MAX_STEP_LETTERS,
  NOTHING_YET,
  type Progress,
} from '../../../src/domain/dead-letters/progress.ts';
import type { Selection } from '../../../src/domain/dead-letters/selection.ts';

export type Work = 'replay' | 'purge';

export const ACT_OF = { replay: 'replay-dead-letters', purge: 'purge-dead-letters' } as const;

export interface Run {
  readonly work: Work;
  readonly selection: Selection;
  /** Also what was replayed often. */
  readonly force: boolean;
  /** Letters a second, at most. */
  readonly rate: number;
  readonly act: (what: (typeof ACT_OF)[Work], args: object) => Promise<unknown>;
  readonly onProgress: (progress: Progress) => void;
  /** Aborted: the step in hand is the last one. */
  readonly stop: AbortSignal;
  readonly now?: () => number;
  /** Resolves at once when the signal is aborted. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type RunEnd = Progress & {
  readonly end:
    | { readonly kind: 'complete' | 'stopped' }
    | { readonly kind: 'failed'; readonly trouble: string };
};

export async function runSteps(options: Run): Promise<RunEnd> {
  const { work, selection, force, rate, act, onProgress, stop, now = Date.now, pause = pauseFor } = options;
  const beganMs = now();
  let progress = NOTHING_YET;
  let goOn: Pick<Stepped, 'run' | 'next'> | undefined;
  while (!stop.aborted) {
    try {
      const step = (await act(ACT_OF[work], {
        selection,
        limit: Math.min(MAX_STEP_LETTERS, Math.max(1, Math.ceil(rate / STEPS_A_SECOND))),
        ...(force && { force }),
        ...goOn,
      })) as Stepped;
      const { run, next } = step;
      goOn = { run, ...(next !== undefined && { next }) };
      progress = added(progress, step);
      onProgress(progress);
      if (step.isComplete) return { ...progress, end: { kind: 'complete' } };
    } catch (error) {
      // What the step did before its answer was lost is on record, and the letters that it moved are not met again.
      return { ...progress, end: { kind: 'failed', trouble: (error as Error).message } };
    }
    await pause(beganMs + (progress.moved / rate) * 1_000 - now(), stop);
  }
  return { ...progress, end: { kind: 'stopped' } };
}

export function sumOf(counts: readonly Counted[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0 || signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Small enough that the bar moves and a stop is felt. */
const STEPS_A_SECOND = 4;
