/** One field's part of a filter: which values satisfy it. Conditions are shared: equal ones have equal keys. */
import { endsIgnoringCase, equalsIgnoringCase, type Folded, startsIgnoringCase } from './ignore-case.ts';
import { type IpAddress, parseIpAddress } from './ip-address.ts';
import { matchesWildcard, type Wildcard } from './wildcard.ts';

/** What a leaf of an event can be. */
export type Value = string | number | boolean | null;

/** One element of a field's list that is not simply a value. */
export type Test =
  | { readonly kind: 'present' }
  | { readonly kind: 'address'; readonly address: IpAddress }
  | { readonly kind: 'prefix' | 'suffix'; readonly text: string }
  | {
      readonly kind: 'equals-ignore-case' | 'prefix-ignore-case' | 'suffix-ignore-case';
      readonly folded: Folded;
    }
  | { readonly kind: 'wildcard'; readonly pieces: Wildcard }
  | {
      readonly kind: 'numeric';
      readonly low: number;
      readonly lowOpen: boolean;
      readonly high: number;
      readonly highOpen: boolean;
    }
  | {
      readonly kind: 'cidr';
      readonly family: 4 | 6;
      readonly low: number | bigint;
      readonly high: number | bigint;
    }
  | { readonly kind: 'anything-but'; readonly values: ReadonlySet<Value>; readonly tests: readonly Test[] };

/** A field, and what its value must be: one of `values`, or pass one of `tests`, or (`absent`) not be there. */
export interface Condition {
  /** The field's full name, its steps joined with dots. */
  readonly path: string;
  readonly steps: readonly string[];
  readonly values: readonly Value[];
  /** The same as a set, where they are too many to go through. */
  readonly many: ReadonlySet<Value> | undefined;
  readonly tests: readonly Test[];
  readonly absent: boolean;
  /** Equal for equal conditions, whatever the order of their lists. */
  readonly key: string;
}

/** Whether a value that is there satisfies the condition. */
export function accepts(condition: Condition, value: Value): boolean {
  if (condition.many === undefined ? condition.values.includes(value) : condition.many.has(value))
    return true;
  for (const test of condition.tests) if (passes(test, value)) return true;
  return false;
}

/** Whether a value that is there passes the test. */
export function passes(test: Test, value: Value): boolean {
  switch (test.kind) {
    case 'numeric':
      return (
        typeof value === 'number' &&
        (test.lowOpen ? value > test.low : value >= test.low) &&
        (test.highOpen ? value < test.high : value <= test.high)
      );
    case 'anything-but':
      return !test.values.has(value) && !test.tests.some((each) => passes(each, value));
    case 'present':
      return true;
  }
  if (typeof value !== 'string') return false;
  switch (test.kind) {
    case 'prefix':
      return value.startsWith(test.text);
    case 'suffix':
      return value.endsWith(test.text);
    case 'equals-ignore-case':
      return equalsIgnoringCase(value, test.folded);
    case 'prefix-ignore-case':
      return startsIgnoringCase(value, test.folded);
    case 'suffix-ignore-case':
      return endsIgnoringCase(value, test.folded);
    case 'wildcard':
      return matchesWildcard(value, test.pieces);
    case 'address': {
      const address = addressOf(value);
      return (
        address !== undefined &&
        address.family === test.address.family &&
        address.value === test.address.value
      );
    }
    case 'cidr': {
      const address = addressOf(value);
      return (
        address !== undefined &&
        address.family === test.family &&
        address.value >= test.low &&
        address.value <= test.high
      );
    }
  }
}

let lastText = '';
let lastAddress: IpAddress | undefined;

/** One event's address is asked about by many ranges in a row: it is parsed once. */
function addressOf(text: string): IpAddress | undefined {
  if (text !== lastText) {
    lastAddress = parseIpAddress(text);
    lastText = text;
  }
  return lastAddress;
}
