/** The kinds of field that an event is made of; `event-shape.ts` puts them together. */
import { cleanLine, cleanText, cutText } from './clean-text.ts';
import { MASK, maskSecrets } from './mask-secrets.ts';
import { isPlainObject, type Read, type Reading } from './reading.ts';
import { isSecretName } from './secret-name.ts';
import { parseTimestamp } from './timestamp.ts';

/** A text that names something: never cut (two names would become one), never blank. */
export function name(maxLength: number, form?: RegExp, example = ''): Read {
  return (value, at) => {
    if (typeof value !== 'string') return at.fault('must be a string', value);
    if (value.length > maxLength) return at.fault(`must have at most ${maxLength} characters`, value);
    const text = cleanText(value);
    if (text.trim() === '') return at.fault('must say something', text);
    if (form && !form.test(text)) return at.note(`must look like ${example} (${form.source})`);
    return sized(text, at);
  };
}

/** A text that describes: cut where it is too long, and the cut is named. */
export function text(maxLength: number): Read {
  return (value, at) => {
    if (typeof value !== 'string') return at.fault('must be a string', value, REMEDY);
    const clean = cleanText(value);
    if (clean.length <= maxLength) return sized(clean, at);
    at.truncated.push(at.here());
    return sized(cutText(clean, maxLength), at);
  };
}

/** A sentence that a program or a person wrote freely: as `text`, with secrets masked. */
export function sentence(maxLength: number): Read {
  return (value, at) => {
    if (typeof value !== 'string') return at.fault('must be a string', value, REMEDY);
    const clean = cleanText(value);
    const { text, masked } = maskSecrets(clean, maxLength);
    if (masked) at.redacted.push(at.here());
    if (clean.length > maxLength) at.truncated.push(at.here());
    return sized(text, at);
  };
}

/** A header or query value: one line, and masked when its name says that it lets somebody in. */
export function line(maxLength: number): Read {
  const asText = text(maxLength);
  return (value, at) => {
    if (typeof value === 'string' && value !== MASK && isSecretName(String(at.path.at(-1)))) {
      at.redacted.push(at.here());
      return sized(MASK, at);
    }
    return asText(typeof value === 'string' ? cleanLine(value) : value, at);
  };
}

export function oneOf(choices: readonly string[]): Read {
  const known = new Set(choices);
  return (value, at) => {
    if (typeof value === 'string' && known.has(value)) return sized(value, at);
    const lower = typeof value === 'string' && value.length < 32 && known.has(value.toLowerCase());
    return at.fault(`must be one of ${choices.join(', ')}`, value, lower ? 'write it in lower case' : '');
  };
}

export function number(min: number, max = Number.MAX_VALUE): Read {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return at.fault(
        'must be a JSON number',
        value,
        typeof value === 'string' ? 'take the quotes off' : REMEDY,
      );
    if (value < min || value > max) return at.note(`must be ${range(min, max)}, got a number outside that`);
    at.bytesAtMost += 50;
    return value === 0 ? 0 : value;
  };
}

export function whole(min: number, max = Number.MAX_SAFE_INTEGER): Read {
  const asNumber = number(min, max);
  return (value, at) =>
    typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)
      ? at.note('must be a whole number, got one with a fraction')
      : asNumber(value, at);
}

export const flag: Read = (value, at) => {
  at.bytesAtMost += 30;
  return typeof value === 'boolean' ? value : at.fault('must be true or false', value, REMEDY);
};

/** An RFC 3339 instant, normalised to UTC and milliseconds. */
export const timestamp: Read = (value, at) => {
  if (typeof value !== 'string') return at.fault('must be an RFC 3339 timestamp in a string', value);
  const parsed = parseTimestamp(value);
  return parsed.kind === 'fault' ? at.note(parsed.reason) : sized(parsed.text, at);
};

/** What must not be there; `why` says what to do instead. */
export function refused(why: string): Read {
  return (_value, at) => at.note(why);
}

/** What a producer cannot say: left out without a word. */
export const stripped: Read = () => undefined;

export function listOf(read: Read, limit: { readonly max: number; readonly over: 'cut' | 'refuse' }): Read {
  return (value, at) => {
    if (!Array.isArray(value)) return at.fault('must be an array', value, REMEDY);
    if (value.length > limit.max) {
      if (limit.over === 'refuse')
        return at.note(`must have at most ${limit.max} elements, got ${value.length}`);
      at.truncated.push(`${at.here()}[${limit.max}..${value.length - 1}]`);
    }
    const list: unknown[] = [];
    for (let i = 0; i < Math.min(value.length, limit.max); i++) {
      at.path.push(i);
      const element = read(value[i], at);
      at.path.pop();
      if (element !== undefined) list.push(element);
    }
    at.bytesAtMost += 30;
    return list;
  };
}

/** An object whose keys the producer chooses; the entry `uncounted` is the system's and takes no place. */
export function mapOf(read: Read, maxEntries: number, uncounted = ''): Read {
  return (value, at) => {
    if (!isPlainObject(value)) return at.fault('must be an object', value, REMEDY);
    const keys = Object.keys(value);
    const spare = uncounted !== '' && Object.hasOwn(value, uncounted) ? 1 : 0;
    if (keys.length - spare > maxEntries)
      return at.note(`must have at most ${maxEntries} entries, got ${keys.length}`);
    at.bytesAtMost += 30;
    const map: Record<string, unknown> = {};
    for (const key of keys) {
      const entry = value[key];
      if (entry === undefined) continue;
      at.path.push(key);
      const element = read(entry, at);
      if (element !== undefined) put(map, key, element, at);
      at.path.pop();
    }
    return map;
  };
}

/** Writes an entry under its cleaned key. `__proto__` would be no entry at all: it is left out, and named.
 * `at.path` ends with the key. */
export function put(map: Record<string, unknown>, key: string, value: unknown, at: Reading): void {
  if (key === '__proto__') {
    at.truncated.push(at.here());
    return;
  }
  let clean = cleanText(key);
  while (clean === '__proto__' || Object.hasOwn(map, clean)) clean += '_';
  at.bytesAtMost += clean.length * 3 + 4;
  map[clean] = value;
}

/** An object with the fields of `shape` and no others; those that bear `!` must be there. `remedy` is for a foreign field
 * of `whole`. */
export function objectOf(
  shape: Readonly<Record<string, Read>>,
  remedy: string,
  whole = 'the audit event',
): Read {
  const fields = new Map(Object.entries(shape).map(([key, read]) => [key.replace('!', ''), read]));
  const required = Object.keys(shape).flatMap((key) => (key.endsWith('!') ? [key.slice(0, -1)] : []));
  return (value, at) => {
    if (!isPlainObject(value)) return at.fault('must be an object', value);
    const found: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const content = value[key];
      if (content === undefined) continue;
      const read = fields.get(key);
      at.path.push(key);
      if (!read) at.note(`is not a field of ${whole}; ${remedy}`);
      else {
        const clean = read(content, at);
        if (clean !== undefined) found[key] = clean;
      }
      at.path.pop();
    }
    for (const key of required) if (found[key] === undefined) missing(key, value, at);
    at.bytesAtMost += 30;
    return found;
  };
}

function missing(key: string, value: Readonly<Record<string, unknown>>, at: Reading): void {
  if (Object.hasOwn(value, key) && value[key] !== undefined) return;
  at.path.push(key);
  at.note('is required, got nothing; add it');
  at.path.pop();
}

const REMEDY = 'or leave the field out';

function range(min: number, max: number): string {
  return max >= Number.MAX_SAFE_INTEGER ? `${min} or more` : `between ${min} and ${max}`;
}

/** A character of UTF-16 takes at most three bytes of UTF-8 JSON once it is clean; 30 pay for key and commas. */
function sized(clean: string, at: Reading): string {
  at.bytesAtMost += clean.length * 3 + 30;
  return clean;
}
