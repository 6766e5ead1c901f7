/** One dead letter whole: why it died, what the vendor said, how often it was tried and sent back, and its event. */
import { utf8Bytes } from '../../domain/protocol/encode.ts';
import { name, type Shape } from '../../domain/protocol/fields.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { DeadLetter } from '../ports.ts';
import { wireOf } from '../trim.ts';
import type { DeadLetterActsOptions, DeadLetterAnswer } from './dead-letter-acts.ts';
import { isFor } from './list-letters.ts';
import { argsFault, queueFault } from './read-args.ts';

const ARGS: Shape = { queue: name, messageId: name };

export function makeShowLetter({ deadLetters, limits }: DeadLetterActsOptions): DeadLetterAnswer {
  return async ({ principal }, args) => {
    const { queue, messageId } = args as { readonly queue: string; readonly messageId: string };
    const fault = argsFault(args, ARGS) ?? (await queueFault(queue, 'args.queue', deadLetters));
    if (fault) return { fault };
    const found: DeadLetter[] = [];
    const looked = await deadLetters.look({ queue }, (letter) => {
      if (letter.messageId !== messageId || !isFor(principal, letter)) return 'more';
      found.push(letter);
      return 'enough';
    });
    const [letter] = found;
    if (letter) return { result: fitted(letter, limits.frameBytes - ENVELOPE_BYTES) };
    const where = looked.isComplete
      ? 'it was replayed or purged, or another operator has it in hand'
      : `it is not among the ${looked.scanned} that could be looked at in one go`;
    return {
      fault: serverError('not_found', `${queue} has no such dead letter: ${where}`, {
        path: 'args.messageId',
      }),
    };
  };
}

/** The event loses its largest parts, and says which, where it would not fit. */
function fitted(letter: DeadLetter, maxBytes: number) {
  const { event, ...about } = letter;
  const room = maxBytes - utf8Bytes(JSON.stringify({ ...about, event: { ...event, detail: null } }));
  const { detail } = event;
  if (typeof detail !== 'object' || detail === null) {
    const text = typeof detail === 'string' ? detail : JSON.stringify(detail);
    const kept = cutText(text, room);
    return {
      ...about,
      event: { ...event, detail: kept },
      ...(kept !== text && { trimmed: { bytes: utf8Bytes(text), paths: ['detail'] } }),
    };
  }
  const { json, trimmed } = wireOf(detail, room - TRIMMED_BYTES);
  const fits = utf8Bytes(json) <= room;
  return {
    ...about,
    event: { ...event, detail: fits ? JSON.parse(json) : cutText(json, room) },
    ...(trimmed && { trimmed }),
  };
}

/** As JSON text is counted: a control character takes six bytes. */
function cutText(text: string, maxBytes: number): string {
  let kept = text;
  while (utf8Bytes(JSON.stringify(kept)) > maxBytes)
    kept = kept.slice(0, Math.floor(kept.length * 0.8)).toWellFormed();
  return kept;
}

/** Of the message around the letter, and of the names of what was cut. */
const ENVELOPE_BYTES = 512;
const TRIMMED_BYTES = 2_048;
