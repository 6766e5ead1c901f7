/** Writes two event patterns as the one that matches what both match, where there is one: EventBridge takes one a rule. */

import { matches } from './matches.ts';
import { isObject } from './parse-expression.ts';
import { parseFilter } from './parse-filter.ts';

type Pattern = Readonly<Record<string, unknown>>;

export type BothOf =
  | { readonly kind: 'one'; readonly pattern: Pattern }
  /** No pattern says it, or this does not find it. */
  | { readonly kind: 'none'; readonly path: string; readonly reason: string };

/** `mayBeSeveral` says of a path, such as `actor.roles`, whether an event may have a list there: in one pattern conditions
 * on a list's objects hold for the same object, in two patterns each may hold for another. Both patterns must be valid.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html */
export function bothOf(a: Pattern, b: Pattern, mayBeSeveral: (path: string) => boolean): BothOf {
  if ([a, b].every((pattern) => JSON.stringify(pattern).includes('"$or"')))
    return { kind: 'none', path: '$or', reason: 'is in both; say one of them without it' };
  try {
    return { kind: 'one', pattern: mergeObjects(a, b, '', mayBeSeveral) };
  } catch (error) {
    if (!(error instanceof NoOnePattern)) throw error;
    return { kind: 'none', path: error.path, reason: error.message };
  }
}

class NoOnePattern extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

function mergeObjects(
  a: Pattern,
  b: Pattern,
  path: string,
  mayBeSeveral: (path: string) => boolean,
): Pattern {
  checkOr(a, b, path);
  checkOr(b, a, path);
  const merged: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b))
    merged[name] = Object.hasOwn(a, name)
      ? mergeFields(a[name], value, path === '' ? name : `${path}.${name}`, mayBeSeveral)
      : value;
  return merged;
}

/** `$or` beside other fields is ANDed with them, unless they speak of the same field: then one of them counts. */
function checkOr(one: Pattern, other: Pattern, path: string): void {
  for (const name of Object.keys(one))
    if (name.includes('.')) throw new NoOnePattern(name, 'write fields of fields as objects, without dots');
  if (one.$or === undefined) return;
  const names = namesIn(one.$or);
  const shared = Object.keys(other).find((name) => names.has(name));
  if (shared !== undefined)
    throw new NoOnePattern(
      path === '' ? shared : `${path}.${shared}`,
      'is in an $or of the one and in the other; say it without $or',
    );
}

function namesIn(or: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (const rule of Array.isArray(or) ? or : [])
    if (isObject(rule))
      for (const [name, value] of Object.entries(rule)) {
        names.add(name.split('.')[0] as string);
        if (name === '$or') for (const inner of namesIn(value)) names.add(inner);
      }
  return names;
}

function mergeFields(a: unknown, b: unknown, path: string, mayBeSeveral: (path: string) => boolean): unknown {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (mayBeSeveral(path))
    throw new NoOnePattern(path, 'may be several in one event, and both have conditions on it');
  if (isObject(a) && isObject(b)) return mergeObjects(a, b, path, mayBeSeveral);
  if (!Array.isArray(a) || !Array.isArray(b))
    throw new NoOnePattern(path, 'is a value for the one and an object for the other');
  const values = a.every(isValue) ? those(a, b) : b.every(isValue) ? those(b, a) : undefined;
  if (values === undefined)
    throw new NoOnePattern(path, 'has conditions in both that no single one says; list its values in one');
  if (values.length === 0) throw new NoOnePattern(path, 'has no value that both take: nothing would match');
  return values;
}

/** The values that meet the conditions. */
function those(values: readonly unknown[], conditions: readonly unknown[]): readonly unknown[] {
  const filter = parseFilter({ field: conditions });
  return values.filter((field) => matches(filter, { field }));
}

function isValue(element: unknown): boolean {
  return !isObject(element);
}
