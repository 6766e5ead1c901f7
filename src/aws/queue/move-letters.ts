/** One step of a replay or a purge over SQS: a letter is deleted only when its copy is safe in the queue. A crash between
 * the two leaves it in both, so it is delivered twice and never lost. */
import type { Message } from '@aws-sdk/client-sqs';
import { replayedAgain } from '../../domain/dead-letters/replays.ts';
import { CONSUMER_METRICS } from '../../domain/metrics.ts';
import type { DeadLetter, DeadLetters, Moved } from '../../stream/ports.ts';
import { ACCEPTED_AT, replaysAttribute } from './dead-letter-attributes.ts';
import { letterOf } from './dead-letter-message.ts';
import type { Place } from './dead-letter-queues.ts';
import { ENOUGH_EMPTY, heldIn, release } from './in-hand.ts';
import { type Pass, passText, readPass } from './pass.ts';
import type { Outgoing, QueueCalls } from './queue-calls.ts';

export interface Moving {
  readonly calls: Pick<QueueCalls, 'receive' | 'changeVisibility' | 'send' | 'remove' | 'attributes'>;
  readonly now: () => number;
  /** How long what a run leaves is hidden from it, in a short queue. */
  readonly holdMs: number;
  readonly count: (place: Place, counts: Readonly<Record<string, number>>) => void;
}

type Request = Parameters<DeadLetters['move']>[0];

interface InHand {
  readonly message: Message;
  readonly letter: DeadLetter;
}

export function makeMoveLetters({ calls, now, count, holdMs }: Moving) {
  const leastHoldMs = holdMs * LEAST_SHARE;

  return async (places: readonly Place[], request: Request): Promise<Moved> => {
    const step = { moved: 0, skipped: {}, failed: {}, hidden: 0 } as Step;
    const untilMs = now() + STEP_MS;
    const from = readPass(request.from);
    const first = Math.max(
      0,
      places.findIndex(({ name }) => name === from?.queue),
    );
    for (const place of places.slice(first)) {
      const pass = await moveFrom(place, request, from, step, untilMs);
      if (pass) return { ...step, next: passText(pass) };
    }
    return step;
  };

  /** The pass to go on with, or undefined when the queue has been gone over. */
  async function moveFrom(
    place: Place,
    request: Request,
    from: Pass | undefined,
    step: Step,
    untilMs: number,
  ): Promise<Pass | undefined> {
    const isBegun = from?.queue === place.name && from.holdUntilMs - now() > leastHoldMs;
    const pass = isBegun ? from : await beginPass(place);
    const left: string[] = [];
    for (let empty = 0; empty < ENOUGH_EMPTY; ) {
      if (step.moved >= request.limit || now() >= untilMs) return pass;
      const messages = await receive(place, pass, empty, step);
      if (!messages) return pass;
      empty = messages.length === 0 ? empty + 1 : 0;
      const { taken, rest, tooMany } = share(place, messages, request, step);
      left.push(...rest);
      await release(calls, place.deadLettersUrl, tooMany);
      await moveAll(place, taken, request, step);
      if (tooMany.length > 0) return pass;
    }
    step.hidden += pass.hidden;
    // A pass of several steps is over, and what its earlier steps hid reappears when their hold ends.
    if (!isBegun) await release(calls, place.deadLettersUrl, left);
    return undefined;
  }

  async function beginPass({ name, deadLettersUrl }: Place): Promise<Pass> {
    const { visible, hidden } = await heldIn(calls, deadLettersUrl);
    const passMs = Math.min(MAX_HOLD_MS, holdMs * (1 + visible / LETTERS_PER_HOLD));
    return { queue: name, holdUntilMs: now() + Math.round(passMs), hidden };
  }

  /** Undefined when SQS does not answer, but the step has done something that must be told. */
  async function receive(
    { deadLettersUrl }: Place,
    { holdUntilMs }: Pass,
    waitSeconds: number,
    step: Step,
  ): Promise<readonly Message[] | undefined> {
    try {
      const holdSeconds = Math.ceil(Math.max(leastHoldMs, holdUntilMs - now()) / 1_000);
      return await calls.receive(deadLettersUrl, holdSeconds, waitSeconds);
    } catch (error) {
      if (step.moved > 0 || Object.keys(step.failed).length > 0) return undefined;
      throw error;
    }
  }

  function share({ name }: Place, messages: readonly Message[], request: Request, step: Step) {
    const taken: InHand[] = [];
    const rest: string[] = [];
    const tooMany: string[] = [];
    for (const message of messages) {
      const letter = letterOf(name, message);
      const isOther = request.reason !== undefined && letter.reason !== request.reason;
      const decision = isOther ? LEAVE : request.decide(letter);
      if (decision.kind !== 'take') rest.push(message.ReceiptHandle ?? '');
      else if (step.moved + taken.length < request.limit) taken.push({ message, letter });
      else tooMany.push(message.ReceiptHandle ?? '');
      if (decision.kind === 'skip') add(step.skipped, decision.reason);
    }
    return { taken, rest, tooMany };
  }

  async function moveAll(place: Place, taken: readonly InHand[], request: Request, step: Step) {
    const safe = request.to === 'queue' ? await sendBack(place, taken, request, step) : taken;
    const handles = safe.map(({ message }) => message.ReceiptHandle ?? '');
    const kept = await remove(place, handles);
    const done = safe.length - kept;
    step.moved += done;
    if (kept > 0) add(step.failed, request.to === 'queue' ? 'sent_but_not_deleted' : 'not_deleted', kept);
    // What was sent counts as sent, whatever became of the letter.
    if (request.to === 'queue') count(place, { [CONSUMER_METRICS.replayed]: safe.length });
    else count(place, { [CONSUMER_METRICS.purged]: done });
  }

  /** Those that are safe in the queue. */
  async function sendBack(
    { queueUrl }: Place,
    taken: readonly InHand[],
    { replay }: Request,
    step: Step,
  ): Promise<readonly InHand[]> {
    if (queueUrl === undefined || taken.length === 0) return [];
    const failures = await calls.send(
      queueUrl,
      taken.map(({ message: { Body = '' }, letter }): Outgoing => {
        const replays = replayedAgain(letter.replays, replay);
        return {
          body: Body,
          attributes: { [ACCEPTED_AT]: String(letter.acceptedAtMs), ...replaysAttribute(replays) },
        };
      }),
    );
    for (const failure of failures) if (failure !== undefined) add(step.failed, failure.slice(0, MAX_CHARS));
    return taken.filter((_, i) => failures[i] === undefined);
  }

  /** How many could not be deleted, tried twice. */
  async function remove({ deadLettersUrl }: Place, handles: readonly string[]): Promise<number> {
    let left = handles;
    for (let tries = 0; tries < 2 && left.length > 0; tries++) {
      const failures = await calls.remove(deadLettersUrl, left);
      left = left.filter((_, i) => failures[i] !== undefined);
    }
    return left.length;
  }
}

interface Step {
  moved: number;
  readonly skipped: Record<string, number>;
  readonly failed: Record<string, number>;
  hidden: number;
}

function add(counts: Record<string, number>, name: string, count = 1): void {
  counts[name] = (counts[name] ?? 0) + count;
}

const LEAVE = { kind: 'leave' } as const;
const MAX_CHARS = 100;
/** Well within a Lambda's ten seconds. */
const STEP_MS = 5_000;
/** The hold is as long again for so many letters more, so that a long queue's are not met twice. */
const LETTERS_PER_HOLD = 6_000;
const MAX_HOLD_MS = 15 * 60_000;
/** A step needs some of it itself; with less a new pass begins. */
const LEAST_SHARE = 0.25;
