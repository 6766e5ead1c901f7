/** What a value of an event can be, as data that can be reasoned about: the kinds of `event/field-kinds.ts`, and the forms of
 * texts. */
import { ACTION, MAX_ACTION_LENGTH } from '../event/event-shape.ts';
import { cleanIp } from '../event/ip-address.ts';
import { parseTimestamp } from '../event/timestamp.ts';
import { TENANT_ID } from '../tenant-id.ts';

/** What a value at a path can be. Whatever is not ruled out here may be there. */
export type FieldKind =
  | { readonly kind: 'choice'; readonly values: readonly (string | boolean)[] }
  | { readonly kind: 'text'; readonly form: TextForm }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly isWhole: boolean }
  /** Any JSON value, and anything below it. */
  | { readonly kind: 'any' };

export interface TextForm {
  /** For people: `such as invoice.approved`. */
  readonly says: string;
  /** False only if no event has exactly this text. */
  whole(text: string): boolean;
  /** False only if no text of the form has this piece there. */
  piece(text: string, where: 'start' | 'middle' | 'end'): boolean;
}

const text = (form: TextForm): FieldKind => ({ kind: 'text', form });
export const choice = (...values: readonly (string | boolean)[]): FieldKind => ({ kind: 'choice', values });
export const number = (least: number, most = Number.MAX_VALUE): FieldKind => ({
  kind: 'number',
  least,
  most,
  isWhole: false,
});
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER): FieldKind => ({
  kind: 'number',
  least,
  most,
  isWhole: true,
});

/** Any text up to a length. */
export function upTo(maxLength: number): FieldKind {
  const fits = (each: string) => each.length <= maxLength;
  return text({ says: `a text of at most ${maxLength} characters`, whole: fits, piece: fits });
}

/** A text made of certain characters. */
function madeOf(characters: RegExp, says: string, is: (text: string) => boolean): FieldKind {
  return text({ says, whole: is, piece: (piece) => characters.test(piece) });
}

export const any = { kind: 'any' } as const;
export const label = upTo(2048);
export const flag = choice(true, false);
export const key = text({
  says: 'a text of 1 to 1024 characters',
  whole: (each) => each.trim() !== '' && each.length <= 1024,
  piece: (each) => each.length <= 1024,
});
export const timestamp = madeOf(/^[\dTZ:.-]*$/, 'a time such as 2026-11-01T12:00:00.000Z', (each) => {
  const parsed = parseTimestamp(each);
  return parsed.kind === 'instant' && parsed.text === each;
});
export const address = madeOf(
  /^[\da-f:.]*$/,
  'an address such as 10.0.0.1 or 2001:db8::1',
  (each) => cleanIp(each) === each,
);
export const action = text({
  says: 'in dot.case, such as invoice.approved',
  whole: (each) => each.length <= MAX_ACTION_LENGTH && ACTION.test(each),
  piece: (each, where) =>
    /^[a-z0-9_.]*$/.test(each) &&
    each.length <= MAX_ACTION_LENGTH &&
    !each.includes('..') &&
    !(where === 'start' && each.startsWith('.')) &&
    !(where === 'end' && each.endsWith('.')),
});
export const tenantId = madeOf(
  /^[A-Za-z0-9._-]*$/,
  'a tenant such as acme',
  (each) => each.length <= 64 && TENANT_ID.test(each),
);
export const id = madeOf(/^[A-Za-z0-9._:-]*$/, 'a UUIDv7 or ULID', (each) =>
  /^[A-Za-z0-9._:-]{1,64}$/.test(each),
);
