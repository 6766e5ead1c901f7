/** Which dead letters are meant: by queue, reason, what the event says, age and id. All that is said must hold. */
import { FilterError, matches as matchesFilter, parseFilter } from '../filter/index.ts';
import { utf8Bytes } from '../protocol/encode.ts';
import {
  type Check,
  type Fault,
  firstFault,
  isObject,
  kindOf,
  listOf,
  object,
  optional,
} from '../protocol/fields.ts';
import { type DeadLetter, eventIdOf } from './dead-letter.ts';

export interface Selection {
  readonly queue?: string;
  readonly reason?: string;
  /** An event pattern over the audit event. */
  readonly pattern?: unknown;
  /** Dead for so long at the least. */
  readonly olderThanMs?: number;
  /** Dead for so long at the most. */
  readonly newerThanMs?: number;
  /** Of messages or events. */
  readonly ids?: readonly string[];
}

export type ReadSelection =
  | {
      readonly kind: 'selection';
      readonly selection: Selection;
      /** Ages are counted from `atMs`. */
      readonly matches: (letter: DeadLetter, atMs: number) => boolean;
    }
  | { readonly kind: 'fault'; readonly of: 'selection' | 'pattern'; readonly fault: Fault };

/** An empty selection is every letter. A field that is none is a fault: a misspelt `reason` must not mean all.
 * The fault's path begins with `path`. */
export function readSelection(value: unknown, path = 'selection'): ReadSelection {
  const fault = isObject(value)
    ? (unknownField(value, path) ?? firstFault(SHAPE, value, path))
    : object(value, path);
  if (fault) return { kind: 'fault', of: 'selection', fault };
  const selection = value as Selection;
  const { pattern } = selection;
  if (pattern === undefined || Object.keys(pattern as object).length === 0)
    return { kind: 'selection', selection, matches: matcher(selection, () => true) };
  try {
    const filter = parseFilter(pattern);
    const says = ({ event }: DeadLetter) => isObject(event.detail) && matchesFilter(filter, event.detail);
    return { kind: 'selection', selection, matches: matcher(selection, says) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const at = `${path}.pattern${error.path.replace(/^\$/, '')}`;
    return { kind: 'fault', of: 'pattern', fault: { path: at, message: error.message } };
  }
}

function matcher(
  { queue, reason, olderThanMs = -Infinity, newerThanMs = Infinity, ids }: Selection,
  says: (letter: DeadLetter) => boolean,
): (letter: DeadLetter, atMs: number) => boolean {
  const wanted = ids && new Set(ids);
  return (letter, atMs) => {
    const ageMs = atMs - letter.deadAtMs;
    return (
      (queue === undefined || letter.queue === queue) &&
      (reason === undefined || letter.reason === reason) &&
      ageMs >= olderThanMs &&
      ageMs <= newerThanMs &&
      (!wanted || wanted.has(letter.messageId) || wanted.has(eventIdOf(letter) ?? '')) &&
      says(letter)
    );
  };
}

const MAX_CHARS = 256;
const MAX_IDS = 1_000;
const MAX_PATTERN_BYTES = 8 * 1024;

const words: Check = (value, path) =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_CHARS
    ? undefined
    : { path, message: `must be a string of 1 to ${MAX_CHARS} characters, got ${kindOf(value)}` };

const spanMs: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? undefined
    : { path, message: `must be milliseconds from 0, got ${kindOf(value)}` };

const someIds: Check = (value, path) =>
  Array.isArray(value) && (value.length === 0 || value.length > MAX_IDS)
    ? { path, message: `must have 1 to ${MAX_IDS} ids, got ${kindOf(value)}` }
    : listOf(words)(value, path);

const eventPattern: Check = (value, path) =>
  isObject(value) && utf8Bytes(JSON.stringify(value)) > MAX_PATTERN_BYTES
    ? { path, message: `may have ${MAX_PATTERN_BYTES} bytes; make it shorter` }
    : object(value, path);

const SHAPE = {
  queue: optional(words),
  reason: optional(words),
  pattern: optional(eventPattern),
  olderThanMs: optional(spanMs),
  newerThanMs: optional(spanMs),
  ids: optional(someIds),
} satisfies Record<keyof Selection, Check>;

function unknownField(value: Readonly<Record<string, unknown>>, path: string): Fault | undefined {
  const field = Object.keys(value).find((name) => !Object.hasOwn(SHAPE, name));
  if (field === undefined) return undefined;
  const message = `is no part of a selection; it takes ${Object.keys(SHAPE).join(', ')}`;
  return { path: `${path}.${field.slice(0, 64)}`, message };
}
