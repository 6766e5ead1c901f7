/** Says what a field of a protocol message must be: one check per kind of value, shared by both directions. */
import { parsePosition } from '../position.ts';

/** What is wrong with a value: where, and what would be right. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Undefined when the value is as it must be. */
export type Check = (value: unknown, path: string) => Fault | undefined;

/** The fields of one type of message, besides `v` and `type`. */
export type Shape = Readonly<Record<string, Check>>;

/** Longest `id` and `sub`, in characters. */
export const MAX_NAME_CHARS = 64;
/** Longest token that is looked at, in characters: API Gateway takes 10,240 bytes of headers in all. */
export const MAX_TOKEN_CHARS = 8192;

export const name: Check = (value, path) =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_CHARS && value.isWellFormed()
    ? undefined
    : { path, message: `must be a string of 1 to ${MAX_NAME_CHARS} characters, got ${kindOf(value)}` };

export const text: Check = (value, path) =>
  typeof value === 'string' ? undefined : { path, message: `must be a string, got ${kindOf(value)}` };

export const token: Check = (value, path) =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_TOKEN_CHARS
    ? undefined
    : { path, message: `must be a JWT of at most ${MAX_TOKEN_CHARS} characters, got ${kindOf(value)}` };

export const flag: Check = (value, path) =>
  typeof value === 'boolean' ? undefined : { path, message: `must be true or false, got ${kindOf(value)}` };

export const count: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? undefined
    : { path, message: `must be a whole number from 0, got ${kindOf(value)}` };

export const countFromOne: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 1
    ? undefined
    : { path, message: `must be a whole number from 1, got ${kindOf(value)}` };

export const position: Check = (value, path) =>
  parsePosition(value) !== undefined
    ? undefined
    : { path, message: `must be a position that this stream gave, got ${kindOf(value)}` };

/** A position, `"now"` or `{seconds}`. */
export const after: Check = (value, path) => {
  if (value === 'now' || parsePosition(value) !== undefined) return undefined;
  if (isObject(value) && Object.keys(value).length === 1 && Object.hasOwn(value, 'seconds')) {
    const { seconds } = value;
    return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
      ? undefined
      : { path: `${path}.seconds`, message: `must be a number from 0, got ${kindOf(seconds)}` };
  }
  return { path, message: `must be a position, "now" or {"seconds": 60}, got ${kindOf(value)}` };
};

export const object: Check = (value, path) =>
  isObject(value) ? undefined : { path, message: `must be an object, got ${kindOf(value)}` };

export const anything: Check = (value, path) =>
  value === undefined ? { path, message: 'is missing' } : undefined;

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, path) =>
    typeof value === 'string' && allowed.includes(value)
      ? undefined
      : { path, message: `must be one of ${allowed.join(', ')}, got ${kindOf(value)}` };

export const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);

export const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return { path, message: `must be a list, got ${kindOf(value)}` };
    for (const [i, item] of value.entries()) {
      const fault = check(item, `${path}[${i}]`);
      if (fault) return fault;
    }
    return undefined;
  };

/** An object with these fields; others are left alone. */
export const objectOf =
  (shape: Shape): Check =>
  (value, path) =>
    isObject(value) ? firstFault(shape, value, path) : object(value, path);

/** The first fault among the shape's fields. */
export function firstFault(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  path?: string,
): Fault | undefined {
  for (const field of Object.keys(shape)) {
    const held = Object.hasOwn(value, field) ? value[field] : undefined;
    const fault = shape[field]?.(held, path === undefined ? field : `${path}.${field}`);
    if (fault) return fault;
  }
  return undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a value in words, never the value: it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
