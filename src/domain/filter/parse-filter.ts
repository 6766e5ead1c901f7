/** Turns an EventBridge event pattern into a filter: `$or` multiplied out, fields in order, conditions canonical. */
import type { Condition, Test, Value } from './condition.ts';
import { at, FilterError, kindOf } from './filter-error.ts';
import { parseIpAddress } from './ip-address.ts';
import {
  MAX_CONDITIONS,
  MAX_LEAVES,
  MAX_OR_COMBINATIONS,
  MAX_PATTERN_CHARACTERS,
  MAX_PATTERN_DEPTH,
} from './limits.ts';
import { isObject, parseExpression } from './parse-expression.ts';

/** A parsed pattern, immutable. An event matches when one of the branches matches. */
export interface Filter {
  readonly branches: readonly Branch[];
}

/** Conditions on different fields that must hold together, in the order of their paths. Empty: every event. */
export type Branch = readonly Condition[];

/**
 * Reads an EventBridge event pattern (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 * The one deviation: `{}` at the root is allowed and matches every event.
 * @throws {FilterError} with the path of what is wrong.
 */
export function parseFilter(pattern: unknown): Filter {
  if (!isObject(pattern))
    throw new FilterError('$', `got ${kindOf(pattern)}; write an object like {"source": ["audit.orders"]}`);
  const hasOr = checkSize(pattern);
  if (Object.keys(pattern).length === 0) return { branches: [[]] };
  try {
    return compile(pattern, true);
  } catch (error) {
    // As AWS does: a `$or` that is no list of rules is an ordinary field, and then all of them are.
    if (hasOr && error instanceof FilterError) {
      try {
        return compile(pattern, false);
      } catch {}
    }
    throw error;
  }
}

/** The same from JSON text. Of a name that comes twice in an object the last counts.
 * @throws {FilterError} also when the text is no JSON. */
export function parseFilterText(text: string): Filter {
  if (text.length > MAX_PATTERN_CHARACTERS * 4) throw tooLong(text.length);
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (cause) {
    const where = /at position \d+|end of JSON input/.exec((cause as Error).message)?.[0] ?? '';
    throw new FilterError('$', `not valid JSON ${where}`.trim());
  }
  return parseFilter(pattern);
}

function tooLong(characters: number): FilterError {
  return new FilterError(
    '$',
    `the pattern has ${characters} characters; at most ${MAX_PATTERN_CHARACTERS} are allowed`,
  );
}

/** Refuses what is too long or too deep before anything else looks at it; says whether there is a `$or`. */
function checkSize(pattern: object): boolean {
  let hasOr = false;
  let pieces = 0;
  const walk = (value: unknown, depth: number): void => {
    if (++pieces > MAX_PATTERN_CHARACTERS) throw tooLong(pieces);
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_PATTERN_DEPTH)
      throw new FilterError('$', `more than ${MAX_PATTERN_DEPTH} objects and lists inside one another`);
    if (!Array.isArray(value) && Object.hasOwn(value, '$or')) hasOr = true;
    for (const each of Array.isArray(value) ? value : Object.values(value)) walk(each, depth + 1);
  };
  walk(pattern, 1);
  const characters = JSON.stringify(pattern).length;
  if (characters > MAX_PATTERN_CHARACTERS) throw tooLong(characters);
  return hasOr;
}

/** The combinations so far: each a map from path to condition. A later condition on a path replaces an earlier one. */
type Combinations = Map<string, Condition>[];

interface Compilation {
  /** Whether `$or` means or; otherwise it is a field's name. */
  readonly or: boolean;
  leaves: number;
  /** Conditions written into combinations: bounds the work, however the `$or` are nested. */
  written: number;
}

function compile(pattern: Readonly<Record<string, unknown>>, or: boolean): Filter {
  const combinations = addObject([new Map()], pattern, [], '$', false, { or, leaves: 0, written: 0 });
  const branches = new Map<string, Branch>();
  for (const combination of combinations) {
    const branch = [...combination.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    branches.set(branch.map((condition) => condition.key).join('\n'), branch);
  }
  return { branches: [...branches.values()] };
}

function addObject(
  combinations: Combinations,
  object: Readonly<Record<string, unknown>>,
  steps: readonly string[],
  path: string,
  insideOr: boolean,
  compilation: Compilation,
): Combinations {
  const names = Object.keys(object);
  if (names.length === 0)
    throw new FilterError(path, 'an empty object; leave the field out, or write a list of values for it');
  let result = combinations;
  for (const name of names) {
    const value = object[name];
    const here = at(path, name);
    if (name === '$or' && compilation.or) result = addOr(result, value, steps, here, compilation);
    else if (insideOr && RESERVED_INSIDE_OR.has(name))
      throw new FilterError(
        here,
        'the name of an operator cannot be a field inside $or; put the operator into a list',
      );
    else if (Array.isArray(value)) result = addList(result, value, [...steps, name], here, compilation);
    else if (isObject(value))
      result = addObject(result, value, [...steps, name], here, insideOr, compilation);
    else throw new FilterError(here, `got ${kindOf(value)}; write a list of values, or an object of fields`);
  }
  return result;
}

function addOr(
  combinations: Combinations,
  rules: unknown,
  steps: readonly string[],
  path: string,
  compilation: Compilation,
): Combinations {
  if (!Array.isArray(rules) || rules.length < 2)
    throw new FilterError(
      path,
      `got ${Array.isArray(rules) ? `a list of ${rules.length}` : kindOf(rules)}; write a list of at least two objects`,
    );
  const all: Combinations = [];
  rules.forEach((rule: unknown, i) => {
    const here = `${path}[${i}]`;
    if (!isObject(rule)) throw new FilterError(here, `got ${kindOf(rule)}; write an object of fields`);
    const copies = combinations.map((combination) => new Map(combination));
    for (const each of addObject(copies, rule, steps, here, true, compilation)) all.push(each);
    if (all.length > MAX_OR_COMBINATIONS)
      throw new FilterError(path, `more than ${MAX_OR_COMBINATIONS} combinations of all $or; write fewer`);
  });
  return all;
}

function addList(
  combinations: Combinations,
  list: readonly unknown[],
  steps: readonly string[],
  path: string,
  compilation: Compilation,
): Combinations {
  if (list.length === 0) throw new FilterError(path, 'an empty list; write at least one value');
  compilation.leaves += list.length;
  if (compilation.leaves > MAX_LEAVES)
    throw new FilterError(path, `more than ${MAX_LEAVES} values in the pattern; write fewer`);
  const condition = parseCondition(list, steps.join('.'), path);
  for (const combination of combinations) combination.set(condition.path, condition);
  compilation.written += combinations.length;
  if (compilation.written > MAX_CONDITIONS)
    throw new FilterError(
      path,
      `more than ${MAX_CONDITIONS} conditions in all $or combinations together; write fewer`,
    );
  return combinations;
}

/** More values than these are kept as a set. */
const FEW = 8;
const NO_TESTS: readonly Test[] = [];

/** The condition that a field's list states. */
function parseCondition(list: readonly unknown[], name: string, path: string): Condition {
  const values = new Set<Value>();
  const tests: Test[] = [];
  let absent = false;
  list.forEach((element, i) => {
    const here = `${path}[${i}]`;
    if (isObject(element)) {
      const expression = parseExpression(element, here);
      if (expression.kind === 'value') values.add(expression.value);
      else if (expression.kind === 'absent') absent = true;
      else tests.push(expression.test);
    } else if (typeof element === 'string') {
      // As AWS does: a plain value that is an IP address matches every spelling of it.
      const address = parseIpAddress(element);
      if (address === undefined) values.add(element);
      else tests.push({ kind: 'address', address });
    } else if (element === null || typeof element === 'boolean' || Number.isFinite(element))
      values.add(element as Value);
    else
      throw new FilterError(
        here,
        `got ${kindOf(element)}; write a string, number, true, false, null or an expression`,
      );
  });
  const key = JSON.stringify([
    name,
    absent,
    [...values].map((value) => JSON.stringify(value)).sort(),
    [...new Set(tests.map(testKey))].sort(),
  ]);
  return {
    path: name,
    steps: name.split('.'),
    values: [...values],
    many: values.size > FEW ? values : undefined,
    tests: tests.length === 0 ? NO_TESTS : tests,
    absent,
    key,
  };
}

/** Equal for tests that say the same. */
export function testKey(test: Test): string {
  return JSON.stringify(test, (_, value) => {
    if (typeof value === 'bigint') return value.toString(16);
    if (value instanceof Set) return [...value].sort();
    return value === Infinity || value === -Infinity ? String(value) : value;
  });
}

/** Names that AWS does not take for fields inside `$or`.
 * https://github.com/aws/event-ruler/blob/main/src/main/software/amazon/event/ruler/Constants.java */
const RESERVED_INSIDE_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);
