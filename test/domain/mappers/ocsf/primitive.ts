/** Whether a value is of one of OCSF's primitive types. */

export interface Primitive {
  /** The type that it is made of. */
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
}

const BASE: Readonly<Record<string, (value: unknown) => boolean>> = {
  boolean_t: (value) => typeof value === 'boolean',
  string_t: (value) => typeof value === 'string',
  float_t: (value) => typeof value === 'number' && Number.isFinite(value),
  integer_t: Number.isSafeInteger,
  long_t: Number.isSafeInteger,
  json_t: (value) => value !== undefined,
};

export function isOfType(value: unknown, name: string, types: Readonly<Record<string, Primitive>>): boolean {
  const { type, regex, max_len: maxLength, range } = types[name] ?? {};
  const isBase = BASE[name];
  if (isBase) return isBase(value);
  if (type === undefined || !isOfType(value, type, types)) return false;
  if (maxLength !== undefined && (value as string).length > maxLength) return false;
  if (range && ((value as number) < range[0] || (value as number) > range[1])) return false;
  return regex === undefined || compiled(regex).test(value as string);
}

const made = new Map<string, RegExp>();

function compiled(regex: string): RegExp {
  const known = made.get(regex) ?? new RegExp(regex);
  made.set(regex, known);
  return known;
}
