/** Cuts an event that is too large to travel: bodies first, then metadata, then before and after; each cut is named. */
import { cutText } from './clean-text.ts';
import { spell } from './reading.ts';

/** Bytes of UTF-8 JSON: the bus takes 256 KB an entry, envelope and escapes included.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
export const MAX_EVENT_BYTES = 200 * 1024;
/** More single cuts than these in metadata tell nobody anything: then it goes as a whole. */
const MAX_NAMED_CUTS = 20;
/** A shorter rest of a text is not worth keeping. */
const MIN_REST_BYTES = 64;

type Mutable = Record<string, unknown>;
interface Place {
  readonly holder: Mutable;
  readonly key: string;
  readonly path: readonly (string | number)[];
}

/** Cuts `event` in place. Answers the paths that were cut, and the bytes it has after that. */
export function fitSize(event: Mutable): { readonly cut: readonly string[]; readonly bytes: number } {
  const cut: string[] = [];
  let bytes = jsonBytes(event);
  const shorten = (places: readonly Place[]) => {
    for (const { holder, key, path } of places) {
      if (bytes <= MAX_EVENT_BYTES) return;
      const name = spell(path);
      // The name costs too, and with the first the list that holds it.
      bytes += jsonBytes(name) + (cut.length === 0 ? 64 : 1);
      bytes -= shortenBy(bytes - MAX_EVENT_BYTES, holder, key);
      cut.push(name);
    }
  };
  shorten(bodies(event));
  shorten(largestFirst(event.metadata, ['metadata']).slice(0, MAX_NAMED_CUTS));
  if (event.metadata !== undefined) shorten([{ holder: event, key: 'metadata', path: ['metadata'] }]);
  shorten(changes(event));
  return { cut, bytes };
}

export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function bodies(event: Mutable): Place[] {
  return ['response', 'request'].flatMap((side) => {
    const holder = (event.http as Mutable | undefined)?.[side] as Mutable | undefined;
    return holder?.body === undefined ? [] : [{ holder, key: 'body', path: ['http', side, 'body'] }];
  });
}

function changes(event: Mutable): Place[] {
  const list = (event.changes ?? []) as Mutable[];
  return list
    .flatMap((holder, i) =>
      ['before', 'after']
        .filter((key) => holder[key] !== undefined)
        .map((key) => ({ holder, key, path: ['changes', i, key], bytes: jsonBytes(holder[key]) })),
    )
    .sort((a, b) => b.bytes - a.bytes);
}

function largestFirst(object: unknown, path: readonly string[]): Place[] {
  if (object === undefined) return [];
  const holder = object as Mutable;
  return Object.keys(holder)
    .map((key) => ({ holder, key, path: [...path, key], bytes: jsonBytes(holder[key]) }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** A text keeps its beginning, anything else goes; answers the bytes that it saved. */
function shortenBy(excess: number, holder: Mutable, key: string): number {
  const value = holder[key];
  const before = jsonBytes(value);
  const keep = before - excess;
  if (typeof value === 'string' && keep >= MIN_REST_BYTES) {
    const rest = beginningOf(value, keep);
    holder[key] = rest;
    return before - jsonBytes(rest);
  }
  delete holder[key];
  return before + jsonBytes(key) + 1;
}

/** The longest beginning found by halving whose JSON takes at most `maxBytes`. */
function beginningOf(text: string, maxBytes: number): string {
  let fits = 0;
  let tooLong = Math.min(text.length, maxBytes) + 1;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (jsonBytes(cutText(text, middle)) <= maxBytes) fits = middle;
    else tooLong = middle;
  }
  return cutText(text, fits);
}
