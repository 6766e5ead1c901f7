/** Copies what producers write freely (metadata, bodies, before and after): plain JSON data, cleaned, not too deep. */
import { cleanText } from './clean-text.ts';
import { put } from './field-kinds.ts';
import { isPlainObject, type Read, type Reading } from './reading.ts';

/** Objects and arrays within each other; sinks and parsers refuse more. */
export const MAX_DEPTH = 32;

/** Any JSON value, null too. */
export const freeJson: Read = (value, at) => copy(value, at, 1);

/** A JSON object. */
export const freeObject: Read = (value, at) =>
  isPlainObject(value) ? copy(value, at, 1) : at.fault('must be an object', value, 'or leave the field out');

function copy(value: unknown, at: Reading, depth: number): unknown {
  if (typeof value === 'string') {
    const clean = cleanText(value);
    at.bytesAtMost += clean.length * 3 + 3;
    return clean;
  }
  if (value === null || typeof value === 'boolean') {
    at.bytesAtMost += 6;
    return value;
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    at.bytesAtMost += 26;
    return value === 0 ? 0 : value;
  }
  if (!at.count()) return undefined;
  const list = Array.isArray(value);
  if (!list && !isPlainObject(value)) return at.fault('must be JSON data', value, 'send plain values');
  if (depth > MAX_DEPTH) return at.note(`is nested deeper than ${MAX_DEPTH} levels; flatten it`);
  at.bytesAtMost += 3;
  return list ? copyList(value, at, depth) : copyObject(value, at, depth);
}

function copyList(list: readonly unknown[], at: Reading, depth: number): unknown[] {
  const copied: unknown[] = [];
  for (let i = 0; i < list.length && at.count(); i++) {
    at.path.push(i);
    copied.push(copy(list[i] ?? null, at, depth + 1) ?? null);
    at.path.pop();
  }
  return copied;
}

function copyObject(object: Readonly<Record<string, unknown>>, at: Reading, depth: number): unknown {
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    if (!at.count()) break;
    at.path.push(key);
    const clean = copy(value, at, depth + 1);
    if (clean !== undefined) put(copied, key, clean, at);
    at.path.pop();
  }
  return copied;
}
