/** When the events of one group happen: in bursts, at the edges of windows, and never so close to an end that only their
 * delay on the way would decide on which side they are. */
import type { Timings } from './streams.ts';

export type Subject = 'match' | 'threshold' | 'distinct' | 'new' | 'silence';

export interface Step {
  readonly gap: 'none' | 'small' | 'edge' | 'short' | 'long';
  /** Where in that gap, and how late in what may be late: 0 to 1. */
  readonly share: number;
  readonly late: number;
  /** Ends the alert; or has no value to tell apart. */
  readonly what: 'counts' | 'ends' | 'bare';
  readonly value: string;
  /** When it comes once more: 0 to 1. */
  readonly again: readonly number[];
}

export interface Placed extends Step {
  readonly ms: number;
}

/** An end by the clock is noticed so much later at most. */
export const TICK_LAG_MS = 15_000;

export function place(
  subject: Subject,
  steps: readonly Step[],
  beginMs: number,
  timings: Timings,
): readonly Placed[] {
  if (subject === 'new') return placeValues(steps, beginMs, timings);
  if (subject === 'silence') return placeBeats(steps, beginMs, timings);
  return placeCounted(subject, steps, beginMs, timings);
}

function placeCounted(
  subject: Subject,
  steps: readonly Step[],
  beginMs: number,
  timings: Timings,
): readonly Placed[] {
  const { windowMs, quietMs, latenessMs, count } = timings;
  const near = quietMs - latenessMs - 1;
  const far = quietMs + latenessMs + TICK_LAG_MS + 1;
  const apart = latenessMs + 1;
  let ms = beginMs;
  let isAfterEnd = false;
  return steps.map((step) => {
    const { gap, share } = step;
    // Without a value it does not count, wherever it is.
    if (step.what === 'bare' && subject === 'distinct')
      return { ...step, ms: ms + Math.round(share * windowMs) };
    const gapMs = {
      none: 0,
      small: Math.round((share * windowMs) / count),
      edge: Math.min(near, windowMs + pick(share, [-1, 0, 1])),
      short: Math.round(share * near),
      long: far + Math.round(share * share * quietMs),
    }[gap];
    const isEnd = step.what === 'ends';
    const least = isEnd || isAfterEnd ? apart : 0;
    ms += gap === 'long' ? gapMs : Math.min(near, Math.max(least, gapMs));
    isAfterEnd = isEnd;
    return { ...step, what: isEnd ? 'ends' : 'counts', ms };
  });
}

/** Which of two events of a value is the first is clear, and so is what belongs to the time of learning. */
function placeValues(
  steps: readonly Step[],
  beginMs: number,
  { windowMs, latenessMs, learningMs }: Timings,
): readonly Placed[] {
  const firstMs = new Map<string, number>();
  let ms = beginMs;
  return steps.map((step) => {
    const { gap, share, value, what } = step;
    if (what === 'bare') return { ...step, ms: ms + Math.round(share * windowMs) };
    const edgeMs = beginMs + learningMs + pick(share, [-1, 0, 1]);
    ms = {
      none: ms,
      small: ms + Math.round(share * windowMs),
      edge: Math.max(ms, edgeMs),
      short: ms + Math.round(share * learningMs),
      long: ms + Math.round((share + 0.5) * learningMs),
    }[gap];
    const known = firstMs.get(value);
    if (known === undefined) firstMs.set(value, ms);
    else ms = Math.max(ms, known + latenessMs + 1);
    return { ...step, what: 'counts', ms };
  });
}

function placeBeats(
  steps: readonly Step[],
  beginMs: number,
  { afterMs, latenessMs }: Timings,
): readonly Placed[] {
  const near = afterMs - latenessMs - 1;
  const far = afterMs + latenessMs + TICK_LAG_MS + 1;
  let ms = beginMs;
  return steps.map((step) => {
    const { gap, share } = step;
    ms += {
      none: 0,
      small: Math.round((share * near) / 10),
      edge: pick(share, [near, far]),
      short: Math.round(share * near),
      long: far + Math.round(share * afterMs),
    }[gap];
    return { ...step, what: 'counts', ms };
  });
}

function pick(share: number, choices: readonly number[]): number {
  return choices[Math.min(choices.length - 1, Math.floor(share * choices.length))] as number;
}
