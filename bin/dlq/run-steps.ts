/** Repeats a step until the run is over: at the pace that was asked for, over lost connections, until a person stops it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stepped } from '../../src/domain/dead-letters/answers.ts';
import {
  added,
  MAX_STEP_LETTERS,
  NOTHING_YET,
  type Progress,
} from '../../src/domain/dead-letters/progress.ts';
import type { Selection } from '../../src/domain/dead-letters/selection.ts';
import type { Workbench } from './workbench.ts';

export interface Run {
  readonly what: 'replay-dead-letters' | 'purge-dead-letters';
  readonly selection: Selection;
  readonly force: boolean;
  /** Letters a second. */
  readonly rate: number;
  /** Of a run to go on with. */
  readonly run?: string | undefined;
  readonly onProgress: (moved: number) => void;
  /** Aborted: the step in hand is the last one. */
  readonly stop: AbortSignal;
  readonly now?: () => number;
  /** Resolves at once when the signal is aborted. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface RunReport extends Progress {
  readonly run: string | undefined;
  /** Steps whose answer never came: what they may have moved is on record, and not in these counts. */
  readonly lostAnswers: number;
  readonly end:
    | { readonly kind: 'complete' | 'stopped' }
    | { readonly kind: 'failed'; readonly error: Error };
}

export async function runSteps(bench: Pick<Workbench, 'act'>, options: Run): Promise<RunReport> {
  const { what, selection, force, rate, onProgress, stop, now = Date.now, pause = pauseFor } = options;
  const limit = Math.min(MAX_STEP_LETTERS, Math.max(1, Math.ceil(rate)));
  let progress = NOTHING_YET;
  let lostAnswers = 0;
  let run = options.run;
  let next: string | undefined;
  let troubles = 0;
  const beganMs = now();
  const report = (end: RunReport['end']): RunReport => ({ ...progress, lostAnswers, run, end });

  while (!stop.aborted) {
    try {
      const step = (await bench.act(what, {
        selection,
        limit,
        ...(force && { force }),
        ...(run !== undefined && { run }),
        ...(next !== undefined && { next }),
      })) as Stepped;
      troubles = 0;
      run = step.run;
      next = step.next;
      progress = added(progress, step);
      onProgress(progress.moved);
      if (step.isComplete) return report({ kind: 'complete' });
      await pause(beganMs + (progress.moved / rate) * 1_000 - now(), stop);
    } catch (error) {
      if (!mayPass(error) || ++troubles > MAX_TROUBLES)
        return report({ kind: 'failed', error: error as Error });
      // Sent, and nobody knows whether it was done: what it moved is not met again.
      if (isLostAnswer(error)) lostAnswers++;
      await pause(TROUBLE_PAUSE_MS * troubles, stop);
    }
  }
  return report({ kind: 'stopped' });
}

interface Trouble {
  readonly name?: unknown;
  readonly code?: unknown;
}

/** The stream's codes from 3500 on say that asking again is useless; 0 is the client's own. */
function mayPass(error: unknown): boolean {
  const { code, name } = error as Trouble;
  return typeof code === 'number' && code < 3_500 && name !== 'closed';
}

/** The question may have left. */
function isLostAnswer(error: unknown): boolean {
  const { name } = error as Trouble;
  return name === 'disconnected' || name === 'timeout';
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
}

/** In a row; each waits for a connection for half a minute itself. */
const MAX_TROUBLES = 5;
const TROUBLE_PAUSE_MS = 1_000;
