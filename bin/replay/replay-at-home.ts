/** Drives a replay of a home's archive: counts first, then puts back step by step, no faster than asked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REPLAY_STEP, type ReplayArgs } from '../../src/stream/replay-archive.ts';
import type { Replay } from '../../src/stream/replays.ts';
import { progressBar } from '../progress-bar.ts';
import type { HomeArchive } from './home-archive.ts';

export type ReplayPlan = Omit<Extract<ReplayArgs, { step: 'begin' }>, 'step'>;

export interface Pace {
  readonly perSecond: number;
  /** When a person has had enough. */
  readonly signal: AbortSignal;
}

export interface Counted {
  readonly matched: number;
  /** The destination does not date some of the span as it was. */
  readonly redatesAfterMs?: number;
}

export async function countAtHome(
  archive: HomeArchive,
  plan: ReplayPlan,
  { signal, after }: { readonly signal: AbortSignal; readonly after?: string },
): Promise<Counted> {
  const bar = progressBar(undefined, 'events found');
  let matched = 0;
  try {
    for (let from = after; ; ) {
      const counted = await archive.ask({
        step: 'count',
        ...plan,
        ...(from !== undefined && { after: from }),
      });
      matched += counted.matched;
      bar.to(matched);
      const { next, redatesAfterMs } = counted;
      if (next === undefined || signal.aborted)
        return { matched, ...(redatesAfterMs !== undefined && { redatesAfterMs }) };
      from = next;
      await pause(BETWEEN_STEPS_MS, signal);
    }
  } finally {
    bar.end();
  }
}

export type Ended =
  | { readonly kind: 'done'; readonly replay: Replay }
  /** `error`: why, unless a person stopped it. It goes on from where it is. */
  | { readonly kind: 'stopped'; readonly replay: Replay; readonly error?: Error };

/** `total` is what a count found, all in all. */
export async function putBackAtHome(
  archive: HomeArchive,
  begun: Replay,
  { perSecond, signal, total }: Pace & { readonly total: number },
): Promise<Ended> {
  const bar = progressBar(total, 'events put back');
  const limit = Math.min(MAX_REPLAY_STEP, Math.max(1, Math.ceil(perSecond / STEPS_A_SECOND)));
  const startedMs = performance.now();
  let replay = begun;
  try {
    while (!replay.isDone && !signal.aborted) {
      replay = await archive.ask({ step: 'go-on', name: begun.name, limit });
      bar.to(replay.putBack);
      const dueMs = startedMs + ((replay.putBack - begun.putBack) * 1_000) / perSecond;
      if (!replay.isDone) await pause(Math.max(BETWEEN_STEPS_MS, dueMs - performance.now()), signal);
    }
    return { kind: replay.isDone ? 'done' : 'stopped', replay };
  } catch (error) {
    return { kind: 'stopped', replay, error: error as Error };
  } finally {
    bar.end();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

const STEPS_A_SECOND = 5;
/** A connection may say so many things a second (`messagesPerSecond`), and the home has others to serve. */
const BETWEEN_STEPS_MS = 15;
