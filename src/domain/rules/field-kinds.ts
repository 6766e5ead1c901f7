/** The kinds of field that rules and policy are made of, beside those of events. */
import { PAGE_CHANNEL } from '../alert/alert.ts';
import { cleanText } from '../event/clean-text.ts';
import { listOf } from '../event/field-kinds.ts';
import { isPlainObject, type Read, type Reading } from '../event/reading.ts';
import { type Filter, FilterError, parseFilter } from '../filter/index.ts';
import { nearestName } from './nearest-name.ts';
import { parseSpan, spanText } from './span.ts';

/** An object with these fields and no others; those that bear `!` must be there. A foreign one is answered with the name
 * that was probably meant. `whole` is what the object is: `a rule`. */
export function fieldsOf(shape: Readonly<Record<string, Read>>, whole: string): Read {
  const fields = new Map(Object.entries(shape).map(([key, read]) => [key.replace('!', ''), read]));
  const names = [...fields.keys()];
  const required = Object.keys(shape).flatMap((key) => (key.endsWith('!') ? [key.slice(0, -1)] : []));
  return (value, at) => {
    if (!isPlainObject(value))
      return at.fault(`must be ${whole}, with the fields ${names.join(', ')}`, value);
    const found: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      const content = inside(key, at, () => (fields.get(key) ?? foreign(key, names, whole))(value[key], at));
      if (content !== undefined) found[key] = content;
    }
    for (const key of required)
      if (!Object.hasOwn(value, key) || value[key] === undefined)
        inside(key, at, () => at.note('is required, got nothing; add it'));
    return found;
  };
}

function foreign(key: string, names: readonly string[], whole: string): Read {
  const near = nearestName(key, names);
  return (_value, at) =>
    at.note(
      `is no field of ${whole}; ${near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`}`,
    );
}

/** Reads with one step more in the path. */
export function inside<T>(step: string | number, at: Reading, read: () => T): T {
  at.path.push(step);
  const result = read();
  at.path.pop();
  return result;
}

/** A text for people. */
export function prose(maxLength: number): Read {
  return (value, at) => {
    if (typeof value !== 'string') return at.fault('must be a text', value, 'put it in quotes');
    if (value.length > maxLength)
      return at.fault(`must have at most ${maxLength} characters`, value, 'shorten it');
    const text = cleanText(value).trim();
    return text === '' ? at.fault('must say something', value) : text;
  };
}

/** A text for people, on one line. */
export function oneLine(maxLength: number): Read {
  const read = prose(maxLength);
  return (value, at) => {
    const text = read(value, at) as string | undefined;
    return text !== undefined && /[\r\n]/.test(text)
      ? at.note('must be one line, got several; take the line breaks out')
      : text;
  };
}

/** A text of a certain form. */
export function worded(form: RegExp, must: string): Read {
  return (value, at) => (typeof value === 'string' && form.test(value) ? value : at.fault(must, value));
}

export function span(leastMs: number, mostMs: number): Read {
  return (value, at) => {
    const ms = typeof value === 'string' ? parseSpan(value) : undefined;
    if (ms === undefined) return at.fault('must be a span such as 90s, 10m, 2h or 7d', value);
    if (ms >= leastMs && ms <= mostMs) return ms;
    return at.note(
      `must be a span between ${spanText(leastMs)} and ${spanText(mostMs)}, got ${spanText(ms)}`,
    );
  };
}

const PATH = /^(?=.{1,256}$)[\w$@:-]+(\.[\w$@:-]+)*$/;

export function isPlainPath(text: string): boolean {
  return PATH.test(text);
}

/** Where something is in the event or the notice: `actor.id`. */
export const path: Read = worded(PATH, 'must be a plain path such as actor.id, without lists or wildcards');

/** As its name in the file, and read. */
export interface Pattern {
  readonly pattern: unknown;
  readonly filter: Filter;
}

export const pattern: Read = (value, at) => {
  try {
    return { pattern: value, filter: parseFilter(value) } satisfies Pattern;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const message = error.message.slice(error.path.length + 2);
    at.issues.push({ path: at.here() + error.path.slice(1), message });
    return undefined;
  }
};

const channelNames = listOf(
  worded(/^[a-z][a-z0-9-]{0,39}$/, 'must be the name of a destination, such as slack'),
  { max: 100, over: 'refuse' },
);

/** Names of destinations. The page may be named, and hears of everything anyway. */
export const channels: Read = (value, at) => {
  const names = distinct(channelNames)(value, at) as readonly string[] | undefined;
  return names?.filter((name) => name !== PAGE_CHANNEL);
};

/** A list in which nothing stands twice. */
export function distinct(read: Read): Read {
  return (value, at) => {
    const list = read(value, at) as readonly unknown[] | undefined;
    if (list !== undefined && new Set(list).size < list.length)
      return at.note('must name each once, got one twice; take it out');
    return list;
  };
}

export const address: Read = (value, at) =>
  typeof value === 'string' && value.length <= 2_048 && /^https?:\/\//i.test(value) && URL.canParse(value)
    ? value
    : at.fault('must be an address that begins with https:// or http://', value);
