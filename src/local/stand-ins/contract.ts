/** Says what a request must be to keep to a vendor's contract: small checks that name every fault with its path. */
import { type Fault, isObject, kindOf } from '../../domain/protocol/fields.ts';

/** No fault: it keeps to the contract. */
export type Check = (value: unknown, path: string) => readonly Fault[];

interface TextLimits {
  /** In code points, as JSON Schema and people count. */
  readonly least?: number;
  readonly most?: number;
  readonly form?: RegExp;
  /** What a text of that form is, for people. */
  readonly called?: string;
}

export const text =
  ({ least = 0, most = Number.POSITIVE_INFINITY, form, called }: TextLimits = {}): Check =>
  (value, path) => {
    if (typeof value !== 'string') return wrong(path, `must be a ${called ?? 'text'}, got ${kindOf(value)}`);
    const length = most < value.length || least > 0 ? [...value].length : value.length;
    if (length < least || length > most)
      return wrong(
        path,
        `must have ${least === most ? most : `${least} to ${most}`} characters, got ${length}`,
      );
    return form === undefined || form.test(value) ? [] : wrong(path, `must be a ${called ?? form}`);
  };

export const oneOf =
  (...values: readonly string[]): Check =>
  (value, path) =>
    (values as readonly unknown[]).includes(value)
      ? []
      : wrong(path, `must be one of ${values.join(', ')}, got ${kindOf(value)}`);

export const flag: Check = (value, path) =>
  typeof value === 'boolean' ? [] : wrong(path, `must be true or false, got ${kindOf(value)}`);

export const whole: Check = (value, path) =>
  Number.isSafeInteger(value) ? [] : wrong(path, `must be a whole number, got ${kindOf(value)}`);

export const listOf =
  (check: Check, { least = 0, most = Number.POSITIVE_INFINITY } = {}): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return wrong(path, `must be a list, got ${kindOf(value)}`);
    if (value.length < least || value.length > most)
      return wrong(path, `must have ${least} to ${most} entries, got ${value.length}`);
    return value.flatMap((one, i) => check(one, `${path}[${i}]`));
  };

/** An object with these fields; one whose name ends in `!` is needed. Others are left alone. */
export function fields(shape: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(shape).map(([key, check]) => ({
    name: key.replace(/!$/, ''),
    isNeeded: key.endsWith('!'),
    check,
  }));
  return (value, path) => {
    if (!isObject(value)) return wrong(path, `must be an object, got ${kindOf(value)}`);
    return checks.flatMap(({ name, isNeeded, check }) => {
      const under = path === '' ? name : `${path}.${name}`;
      if (Object.hasOwn(value, name) && value[name] !== undefined) return check(value[name], under);
      return isNeeded ? wrong(under, 'is missing') : [];
    });
  };
}

export const anObject: Check = fields({});

/** As its `type` says. */
export const byType =
  (kinds: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    const type = isObject(value) && Object.hasOwn(value, 'type') ? value.type : undefined;
    const check = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    return check
      ? check(value, path)
      : wrong(`${path}.type`, `must be one of ${Object.keys(kinds).join(', ')}, got ${kindOf(type)}`);
  };

export const all =
  (...checks: readonly Check[]): Check =>
  (value, path) =>
    checks.flatMap((check) => check(value, path));

/** https://www.rfc-editor.org/rfc/rfc3986#appendix-A */
export const address: Check = (value, path) =>
  typeof value === 'string' &&
  /^[a-z][a-z0-9+.-]*:[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i.test(value) &&
  URL.canParse(value)
    ? []
    : wrong(path, `must be an address, got ${kindOf(value)}`);

/** As in https://www.rfc-editor.org/rfc/rfc3339#section-5.6, or with ISO 8601's `+0000`. */
export const time: Check = (value, path) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value))
    ? []
    : wrong(path, `must be a time as in RFC 3339 or ISO 8601, got ${kindOf(value)}`);

export function wrong(path: string, message: string): readonly Fault[] {
  return [{ path, message }];
}

/** The value, or the fault that it is no JSON. */
export function parsed(body: string): { readonly value: unknown; readonly faults: readonly Fault[] } {
  try {
    return { value: JSON.parse(body), faults: [] };
  } catch {
    return { value: undefined, faults: wrong('body', 'is not JSON') };
  }
}
