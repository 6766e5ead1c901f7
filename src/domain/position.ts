/** A place in a tenant's trail: sorts by the time of writing, then by order of writing within the millisecond. */

declare const brand: unique symbol;
/** 10 characters of time (Crockford base 32, milliseconds) and 6 of order: compares as a string. */
export type Position = string & { readonly [brand]: 'position' };

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const FORM = /^[0-7][0-9A-HJKMNP-TV-Z]{9}[0-9A-HJKMNP-TV-Z]{6}$/;
/** 48 bits, as in a ULID: until the year 10889. */
const TIMES = 2 ** 48;
const ORDERS = 32 ** 6;

/** The position of the `order`-th entry written at `timeMs` (0 ≤ timeMs < 2⁴⁸, 0 ≤ order < 32⁶). */
export function positionAt(timeMs: number, order = 0): Position {
  if (!Number.isSafeInteger(timeMs) || timeMs < 0 || timeMs >= TIMES)
    throw new RangeError(`position time ${timeMs} is not a time in ms`);
  if (!Number.isInteger(order) || order < 0 || order >= ORDERS)
    throw new RangeError(`position order ${order} is out of range`);
  return (digits(timeMs, 10) + digits(order, 6)) as Position;
}

/** The time of writing in ms. */
export function positionTimeMs(position: Position): number {
  let value = 0;
  for (let i = 0; i < 10; i++) value = value * 32 + DIGITS.indexOf(position[i] as string);
  return value;
}

/** The position that `text` spells, or undefined. */
export function parsePosition(text: unknown): Position | undefined {
  return typeof text === 'string' && FORM.test(text) ? (text as Position) : undefined;
}

function digits(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = DIGITS[rest % 32] + text;
  return text;
}
