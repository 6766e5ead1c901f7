/** The provenance of a letter that was sent back: how often, and of the last times when, by whom and in which run. It
 * travels with the message, and is on it still if it dies again. */

export interface Replay {
  readonly atMs: number;
  /** Subject of whoever did it. */
  readonly by: string;
  readonly run: string;
}

export interface Replays {
  readonly count: number;
  /** The last ones, oldest first. */
  readonly last: readonly Replay[];
}

export function replayedAgain(replays: Replays | undefined, replay: Replay): Replays {
  return { count: (replays?.count ?? 0) + 1, last: [...(replays?.last ?? []), replay].slice(-REMEMBERED) };
}

/** From the text that a queue keeps; undefined where there is none, or where another hand wrote it. */
export function readReplays(text: string | null | undefined): Replays | undefined {
  if (!text) return undefined;
  try {
    const { count, last } = JSON.parse(text) as Replays;
    if (!Number.isSafeInteger(count) || count < 1 || !Array.isArray(last) || !last.every(isReplay))
      return undefined;
    return { count, last: last.slice(-REMEMBERED) };
  } catch {
    return undefined;
  }
}

function isReplay(value: Partial<Replay> | null): boolean {
  return typeof value?.atMs === 'number' && typeof value.by === 'string' && typeof value.run === 'string';
}

const REMEMBERED = 5;
