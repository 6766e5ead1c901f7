/** Texts with places for what an event says: `{count} failed logins of {actor.id}`. */
import type { Read } from '../event/reading.ts';
import { isPlainPath } from './field-kinds.ts';

/** What is meant when braces hold no path. */
const WORDS = 'braces hold {count}, {window} or a path of the event such as {actor.id}';

/** Notes braces that will never be filled in. */
export function template(read: Read): Read {
  return (value, at) => {
    const text = read(value, at) as string | undefined;
    if (text === undefined) return undefined;
    const wrong = text.replace(/\{([^{}]*)\}/g, (all, place: string) => (isPlainPath(place) ? '' : all));
    return /[{}]/.test(wrong) ? at.note(`has braces around something else; ${WORDS}`) : text;
  };
}

/** `{actor.id}` is `actor.id`. */
export function placesOf(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, place]) => place as string);
}
