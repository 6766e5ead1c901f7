/** The work with dead letters as acts: list, show, replay, purge. The same over the stream and on a stopped home's store. */
import type { Act } from '../../domain/protocol/messages.ts';
import type { Answer } from '../acts/answer.ts';
import type { Limits } from '../limits.ts';
import type { Connection, DeadLetters } from '../ports.ts';
import type { SystemEvents } from '../system-events.ts';
import { makeListLetters } from './list-letters.ts';
import { makeMoveLetters } from './move-letters.ts';
import { makeShowLetter } from './show-letter.ts';

export interface DeadLetterActsOptions {
  readonly deadLetters: DeadLetters;
  readonly systemEvents: Pick<SystemEvents, 'report' | 'settled'>;
  readonly limits: Pick<Limits, 'frameBytes'>;
  readonly now: () => number;
  readonly random?: () => number;
}

export type DeadLetterAct = Extract<Act, `${string}dead-letter${string}`>;
export type DeadLetterAnswer = Answer<Pick<Connection, 'principal'>>;

export function makeDeadLetterActs(
  options: DeadLetterActsOptions,
): Readonly<Record<DeadLetterAct, DeadLetterAnswer>> {
  return {
    'dead-letters': makeListLetters(options),
    'dead-letter': makeShowLetter(options),
    'replay-dead-letters': makeMoveLetters(options, 'queue'),
    'purge-dead-letters': makeMoveLetters(options, 'nowhere'),
  };
}
