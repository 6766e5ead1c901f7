/** Works with dead-letter queues as SQS lets one: without order, filter or random access. Looking takes messages in hand
 * and lets go of them at the end; a step of a run takes what it is to move and hides the rest until the run is past them. */
import type { DeadLetter, DeadLetters } from '../../stream/ports.ts';
import { letterOf } from './dead-letter-message.ts';
import { makePlaces, type Place, type QueueUrls } from './dead-letter-queues.ts';
import { ENOUGH_EMPTY, heldIn, release } from './in-hand.ts';
import { type Moving, makeMoveLetters } from './move-letters.ts';
import type { QueueCalls } from './queue-calls.ts';

export interface DeadLettersOptions {
  readonly calls: Pick<QueueCalls, 'receive' | 'changeVisibility' | 'send' | 'remove' | 'attributes'>;
  readonly queues: QueueUrls;
  readonly now?: () => number;
  /** How long a run hides what it leaves, at least. Default two minutes. */
  readonly holdMs?: number;
  /** Told how many letters of a queue went back or away. */
  readonly count?: Moving['count'];
}

export function makeDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { calls, now = Date.now, count = () => {}, holdMs = HOLD_MS } = options;
  const places = makePlaces(options.queues, calls);
  const placesOf = async (queue: string | undefined) =>
    (await places()).filter(({ name }) => queue === undefined || name === queue);
  const move = makeMoveLetters({ calls, now, count, holdMs });

  return {
    queues: async () => (await places()).map(({ name, isConsumed }) => ({ name, isConsumed })),
    move: async (which) => move(await placesOf(which.queue), which),
    async look(which, visit) {
      const state = { scanned: 0, isEnough: false, untilMs: now() + LOOK_MS };
      const see = (letter: DeadLetter) => {
        if (state.isEnough) return;
        state.scanned++;
        if (which.reason !== undefined && letter.reason !== which.reason) return;
        state.isEnough = visit(letter) === 'enough';
      };
      const looked = await Promise.all(
        (await placesOf(which.queue)).map((place) => lookInto(place, see, () => mayGoOn(state))),
      );
      const about = looked.reduce((sum, { held }) => sum + held, 0);
      return {
        scanned: state.scanned,
        isComplete: looked.every(({ isDrained }) => isDrained),
        ...(about > state.scanned && { remaining: about }),
      };
    },
  };

  function mayGoOn({ scanned, isEnough, untilMs }: { scanned: number; isEnough: boolean; untilMs: number }) {
    return !isEnough && scanned < MAX_LOOKED_AT && now() < untilMs;
  }

  /** Shows every message that SQS hands out; others see them again at once. */
  async function lookInto(
    { name, deadLettersUrl }: Place,
    see: (letter: DeadLetter) => void,
    mayGoOn: () => boolean,
  ): Promise<{ readonly isDrained: boolean; readonly held: number }> {
    const { visible, hidden } = await heldIn(calls, deadLettersUrl);
    const handles = new Map<string, string>();
    let empty = 0;
    try {
      while (empty < ENOUGH_EMPTY && mayGoOn()) {
        const messages = await calls.receive(deadLettersUrl, LOOK_HOLD_SECONDS, empty);
        empty = messages.length === 0 ? empty + 1 : 0;
        for (const message of messages) {
          // One that took longer than its hold comes again.
          if (!handles.has(message.MessageId ?? '')) see(letterOf(name, message));
          handles.set(message.MessageId ?? '', message.ReceiptHandle ?? '');
        }
      }
    } finally {
      await release(calls, deadLettersUrl, [...handles.values()]);
    }
    return { isDrained: empty >= ENOUGH_EMPTY, held: visible + hidden };
  }
}

/** Well within a Lambda's ten seconds, with the letting go. */
const LOOK_MS = 4_000;
const LOOK_HOLD_SECONDS = 30;
const HOLD_MS = 120_000;
const MAX_LOOKED_AT = 3_000;
