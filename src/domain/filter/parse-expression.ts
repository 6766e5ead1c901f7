/** Reads one match expression, like `{ "prefix": "aws." }`: one operator a function, errors as AWS's rules demand. */
import type { Test, Value } from './condition.ts';
import { at, FilterError, kindOf } from './filter-error.ts';
import { fold } from './ignore-case.ts';
import { parseIpAddress } from './ip-address.ts';
import { MAX_WILDCARDS } from './limits.ts';
import { parseWildcard } from './wildcard.ts';

/** What an expression adds to its field's condition. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'absent' }
  | { readonly kind: 'test'; readonly test: Test };

const OPERATORS =
  'prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists or exactly';

export function parseExpression(expression: Readonly<Record<string, unknown>>, path: string): Expression {
  const [operator, operand] = onlyEntry(expression, path, OPERATORS);
  const here = at(path, operator);
  switch (operator) {
    case 'exactly':
      return { kind: 'value', value: text(operand, here) };
    case 'exists':
      if (typeof operand !== 'boolean')
        throw new FilterError(here, `got ${kindOf(operand)}; write true or false`);
      return operand ? test({ kind: 'present' }) : { kind: 'absent' };
    case 'prefix':
    case 'suffix':
      return test(affix(operator, operand, here));
    case 'equals-ignore-case':
      return test({ kind: operator, folded: fold(text(operand, here)) });
    case 'wildcard':
      return test(wildcard(operand, here));
    case 'numeric':
      return test(numeric(operand, here));
    case 'cidr':
      return test(cidr(text(operand, here), here));
    case 'anything-but':
      return test(anythingBut(operand, here));
    default:
      throw new FilterError(here, `there is no such operator; write ${OPERATORS}`);
  }
}

function test(value: Test): Expression {
  return { kind: 'test', test: value };
}

function onlyEntry(
  object: Readonly<Record<string, unknown>>,
  path: string,
  wanted: string,
): [string, unknown] {
  const names = Object.keys(object);
  if (names.length !== 1)
    throw new FilterError(
      path,
      `an expression with ${names.length} operators; write exactly one of ${wanted}`,
    );
  const name = names[0] as string;
  return [name, object[name]];
}

function text(operand: unknown, path: string): string {
  if (typeof operand !== 'string') throw new FilterError(path, `got ${kindOf(operand)}; write a string`);
  return operand;
}

function affix(kind: 'prefix' | 'suffix', operand: unknown, path: string): Test {
  if (!isObject(operand)) return { kind, text: text(operand, path) };
  const [operator, inner] = onlyEntry(operand, path, 'equals-ignore-case');
  if (operator !== 'equals-ignore-case')
    throw new FilterError(
      at(path, operator),
      `not possible inside ${kind}; write a string or equals-ignore-case`,
    );
  return { kind: `${kind}-ignore-case`, folded: fold(text(inner, at(path, operator))) };
}

function wildcard(operand: unknown, path: string): Test {
  const pieces = parseWildcard(text(operand, path));
  if ('problem' in pieces) throw new FilterError(path, pieces.problem);
  if (pieces.length > MAX_WILDCARDS + 1)
    throw new FilterError(path, `${pieces.length - 1} wildcards; write at most ${MAX_WILDCARDS}`);
  return { kind: 'wildcard', pieces };
}

const RANGE = 'write ["=", n], ["<", n], or a range like [">", 0, "<=", 5]';

function numeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand)) throw new FilterError(path, `got ${kindOf(operand)}; ${RANGE}`);
  const [operator, bound, second, top] = operand as unknown[];
  const first = number(bound, operand.length > 1, `${path}[1]`);
  const lowOpen = operator === '>';
  if (operand.length === 4 && (lowOpen || operator === '>=')) {
    if (second !== '<' && second !== '<=')
      throw new FilterError(`${path}[2]`, `got ${kindOf(second)}; write "<" or "<="`);
    const high = number(top, true, `${path}[3]`);
    if (first >= high)
      throw new FilterError(path, `the lower end ${first} is not below the upper end ${high}; ${RANGE}`);
    return { kind: 'numeric', low: first, lowOpen, high, highOpen: second === '<' };
  }
  if (operand.length !== 2) throw new FilterError(path, `got a list of ${operand.length}; ${RANGE}`);
  const range = { kind: 'numeric', low: -Infinity, lowOpen: false, high: Infinity, highOpen: false } as const;
  switch (operator) {
    case '=':
      return { ...range, low: first, high: first };
    case '>':
    case '>=':
      return { ...range, low: first, lowOpen };
    case '<':
    case '<=':
      return { ...range, high: first, highOpen: operator === '<' };
    default:
      throw new FilterError(`${path}[0]`, `got ${kindOf(operator)}; write "=", "<", "<=", ">" or ">="`);
  }
}

function number(value: unknown, there: boolean, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new FilterError(path, `got ${there ? kindOf(value) : 'nothing'}; write a number`);
  return value;
}

function cidr(block: string, path: string): Test {
  const wanted = 'write a block like "10.0.0.0/8" or "2001:db8::/32"';
  const [network = '', bits = '', rest] = block.split('/');
  if (rest !== undefined || !/^\d{1,3}$/.test(bits))
    throw new FilterError(path, `got ${kindOf(block)}; ${wanted}`);
  const address = parseIpAddress(network);
  if (address === undefined) throw new FilterError(path, `${kindOf(network)} is no IP address; ${wanted}`);
  const most = address.family === 4 ? 31 : 127;
  const prefix = Number(bits);
  if (prefix > most)
    throw new FilterError(
      path,
      `got /${prefix}; write /0 to /${most}, or the address itself as a plain value`,
    );
  if (address.family === 4) {
    const size = 2 ** (32 - prefix);
    const low = address.value - (address.value % size);
    return { kind: 'cidr', family: 4, low, high: low + size - 1 };
  }
  const size = 1n << BigInt(128 - prefix);
  const low = address.value - (address.value % size);
  return { kind: 'cidr', family: 6, low, high: low + size - 1n };
}

function anythingBut(operand: unknown, path: string): Test {
  if (isObject(operand)) {
    const wanted = 'prefix, suffix, equals-ignore-case or wildcard';
    const [operator, inner] = onlyEntry(operand, path, wanted);
    const here = at(path, operator);
    const one = excludedTest(operator);
    if (one === undefined) throw new FilterError(here, `not possible inside anything-but; write ${wanted}`);
    const tests = Array.isArray(inner)
      ? inner.map((each, i) => one(text(each, `${here}[${i}]`), `${here}[${i}]`))
      : [one(text(inner, here), here)];
    if (tests.length === 0) throw new FilterError(here, 'got an empty list; write at least one string');
    return { kind: 'anything-but', values: new Set(), tests };
  }
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kind = typeof values[0];
  if (values.length === 0 || (kind !== 'string' && kind !== 'number'))
    throw new FilterError(path, `got ${kindOf(operand)}; write strings or numbers`);
  values.forEach((value, i) => {
    if (typeof value !== kind || (kind === 'number' && !Number.isFinite(value)))
      throw new FilterError(
        `${path}[${i}]`,
        `got ${kindOf(value)}; write a list of only strings or only numbers`,
      );
  });
  return { kind: 'anything-but', values: new Set(values as Value[]), tests: [] };
}

/** What an operator inside `anything-but` excludes. */
function excludedTest(operator: string): ((operand: string, path: string) => Test) | undefined {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return (operand, path) => {
        if (operand === '')
          throw new FilterError(path, 'an empty string, which would exclude every string; write some');
        return { kind: operator, text: operand };
      };
    case 'equals-ignore-case':
      return (operand) => ({ kind: operator, folded: fold(operand) });
    case 'wildcard':
      return wildcard;
    default:
      return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
