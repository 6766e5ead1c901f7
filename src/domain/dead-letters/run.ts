/** One going-over of the dead letters by a person: which letters it takes, which it leaves, and why. */
import { SYSTEM_SOURCE } from '../bus-event.ts';
import { isObject } from '../protocol/fields.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Why a letter that is selected stays where it is. */
export type SkipReason =
  /** It died (again) after the run began: taking it would never end. */
  | 'died_since'
  /** It was replayed so often that once more needs a person's word: by its id, or `force`. */
  | 'replayed_often'
  /** Nothing takes from its queue: a destination that is gone, or none that was ever behind a queue. */
  | 'no_consumer'
  /** It is no event of the bus, so its consumer would refuse it at once. */
  | 'not_an_event';

export type Decision =
  | { readonly kind: 'take' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

export type MoveTo = 'queue' | 'nowhere';

/** A letter that was replayed so often goes back only by its id or `force`. */
export const REPLAYED_OFTEN = 3;

/** When it began is part of its name: whoever goes on with a run takes no more than it would have. */
export function newRun(nowMs: number, random: () => number): string {
  const tail = Math.floor(random() * 2 ** 32);
  return `run-${String(nowMs).padStart(13, '0')}-${tail.toString(16).padStart(8, '0')}`;
}

/** Undefined for what is no run's name. */
export function runBeganMs(run: string): number | undefined {
  const [, ms] = /^run-(\d{13})-[0-9a-f]{8}$/.exec(run) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

export interface RunRules {
  readonly run: string;
  readonly to: MoveTo;
  /** Whether the letter is selected and the operator may have it. */
  readonly isMeant: (letter: DeadLetter) => boolean;
  /** The queues that somebody takes messages from. */
  readonly consumed: ReadonlySet<string>;
  /** Replays letters that were replayed often too. */
  readonly force: boolean;
}

export function deciderOf({ run, to, isMeant, consumed, force }: RunRules): (letter: DeadLetter) => Decision {
  const beganMs = runBeganMs(run) ?? 0;
  return (letter) => {
    if (!isMeant(letter)) return { kind: 'leave' };
    if (letter.deadAtMs > beganMs || isOfRun(letter, run)) return skip('died_since');
    if (to === 'nowhere') return { kind: 'take' };
    if (!consumed.has(letter.queue)) return skip('no_consumer');
    if (letter.isForeign) return skip('not_an_event');
    if (!force && (letter.replays?.count ?? 0) >= REPLAYED_OFTEN) return skip('replayed_often');
    return { kind: 'take' };
  };
}

/** What this run sent back already, and the record of the run itself: it is an event, and may die in a queue as well. */
function isOfRun({ replays, event }: DeadLetter, run: string): boolean {
  if (replays?.last.at(-1)?.run === run) return true;
  const { detail } = event;
  return (
    event.source === SYSTEM_SOURCE &&
    isObject(detail) &&
    isObject(detail.metadata) &&
    detail.metadata.run === run
  );
}

function skip(reason: SkipReason): Decision {
  return { kind: 'skip', reason };
}
