/** A wrong pattern is refused with the path of what is wrong, what was got, and what to write. */
import { describe, expect, test } from '@jest/globals';
import { FilterError, parseFilter, parseFilterText } from '../../../src/domain/filter/index.ts';

function errorOf(parse: () => unknown): FilterError {
  try {
    parse();
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const wrong: readonly [pattern: unknown, path: string, message: RegExp][] = [
  [null, '$', /got null; write an object/],
  [[], '$', /got an empty list/],
  ['text', '$', /got the string "text"/],
  [{ source: 'audit.orders' }, '$.source', /got the string "audit.orders"; write a list/],
  [{ actor: {} }, '$.actor', /an empty object/],
  [{ actor: { type: [] } }, '$.actor.type', /an empty list; write at least one/],
  [{ 'detail-type': 1 }, '$["detail-type"]', /got the number 1/],
  [{ a: [[1]] }, '$.a[0]', /got a list; write a string, number/],
  [{ a: [undefined] }, '$.a[0]', /got undefined/],
  [{ a: [Number.NaN] }, '$.a[0]', /got the number NaN/],
  [{ a: [1, {}] }, '$.a[1]', /0 operators; write exactly one of prefix/],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, '$.a[0]', /2 operators/],
  [{ a: [{ contains: 'x' }] }, '$.a[0].contains', /no such operator; write prefix/],
  [{ detail: { actor: [{ prefix: 7 }] } }, '$.detail.actor[0].prefix', /got the number 7; write a string/],
  [{ a: [{ prefix: { wildcard: 'x' } }] }, '$.a[0].prefix.wildcard', /not possible inside prefix/],
  [{ a: [{ suffix: { 'equals-ignore-case': 1 } }] }, '$.a[0].suffix["equals-ignore-case"]', /write a string/],
  [{ a: [{ exists: 'yes' }] }, '$.a[0].exists', /write true or false/],
  [{ a: [{ wildcard: 'a**b' }] }, '$.a[0].wildcard', /two wildcards in a row at character 1/],
  [{ a: [{ wildcard: 'a\\b' }] }, '$.a[0].wildcard', /backslash that escapes nothing/],
  [{ a: [{ wildcard: '*a'.repeat(17) }] }, '$.a[0].wildcard', /17 wildcards; write at most 16/],
  [{ a: [{ numeric: 5 }] }, '$.a[0].numeric', /write \["=", n\]/],
  [{ a: [{ numeric: [] }] }, '$.a[0].numeric[1]', /got nothing; write a number/],
  [{ a: [{ numeric: ['>', '5'] }] }, '$.a[0].numeric[1]', /got the string "5"; write a number/],
  [{ a: [{ numeric: ['!', 5] }] }, '$.a[0].numeric[0]', /got the string "!"/],
  [{ a: [{ numeric: ['>', 1, '>', 2] }] }, '$.a[0].numeric[2]', /write "<" or "<="/],
  [{ a: [{ numeric: ['>', 5, '<', 5] }] }, '$.a[0].numeric', /lower end 5 is not below the upper end 5/],
  [{ a: [{ numeric: ['<', 5, '>', 1] }] }, '$.a[0].numeric', /a list of 4/],
  [{ a: [{ cidr: '10.0.0.0' }] }, '$.a[0].cidr', /write a block like "10.0.0.0\/8"/],
  [{ a: [{ cidr: '10.0.0/8' }] }, '$.a[0].cidr', /"10.0.0" is no IP address/],
  [{ a: [{ cidr: '10.0.0.0/32' }] }, '$.a[0].cidr', /got \/32; write \/0 to \/31/],
  [{ a: [{ cidr: '::/128' }] }, '$.a[0].cidr', /write \/0 to \/127/],
  [{ a: [{ 'anything-but': [] }] }, '$.a[0]["anything-but"]', /got an empty list; write strings or numbers/],
  [{ a: [{ 'anything-but': ['x', 1] }] }, '$.a[0]["anything-but"][1]', /only strings or only numbers/],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, '$.a[0]["anything-but"].prefix', /an empty string/],
  [
    { a: [{ 'anything-but': { cidr: 'x' } }] },
    '$.a[0]["anything-but"].cidr',
    /not possible inside anything-but/,
  ],
  [{ a: [{ 'anything-but': { suffix: [] } }] }, '$.a[0]["anything-but"].suffix', /got an empty list/],
  [{ $or: [{ a: [1] }] }, '$.$or', /a list of 1; write a list of at least two objects/],
  [{ $or: [{ a: [1] }, { b: 1 }] }, '$.$or[1].b', /got the number 1/],
  [{ $or: [{ a: [1] }, { prefix: [1] }] }, '$.$or[1].prefix', /name of an operator/],
];

test.each(wrong)('%j is refused at %s', (pattern, path, message) => {
  const error = errorOf(() => parseFilter(pattern));
  expect([error.path, error.message]).toEqual([path, expect.stringMatching(message)]);
  expect(error.message.startsWith(`${path}: `)).toBe(true);
});

test('text that is no JSON is refused with the place', () => {
  expect(errorOf(() => parseFilterText('{"a": [1}')).message).toMatch(/not valid JSON at position 8/);
  expect(errorOf(() => parseFilterText('{"a": [1')).message).toMatch(/not valid JSON/);
});

test('a message shows at most a short excerpt of what was written', () => {
  const secret = 'x'.repeat(2_000);
  for (const pattern of [{ a: secret }, { [secret]: 1 }, { a: [{ [secret]: 1 }] }, { a: [{ cidr: secret }] }])
    expect(errorOf(() => parseFilter(pattern)).message.length).toBeLessThan(250);
});

describe('limits', () => {
  const many = (count: number, each: (i: number) => unknown): unknown[] =>
    Array.from({ length: count }, (_, i) => each(i));

  test('4,096 characters', () => {
    const of = (length: number): unknown => ({ a: ['x'.repeat(length - '{"a":[""]}'.length)] });
    expect(() => parseFilter(of(4_096))).not.toThrow();
    expect(errorOf(() => parseFilter(of(4_097))).message).toMatch(/4097 characters; at most 4096/);
  });

  test('512 values', () => {
    expect(errorOf(() => parseFilter({ a: many(513, () => 1) })).message).toMatch(/more than 512 values/);
  });

  test('32 levels', () => {
    let pattern: unknown = [1];
    for (let i = 0; i < 40; i++) pattern = { a: pattern };
    expect(errorOf(() => parseFilter(pattern)).message).toMatch(/more than 32/);
  });

  test('1,000 combinations of $or', () => {
    const or = (field: string): unknown => ({ $or: many(10, (i) => ({ [field]: [i] })) });
    expect(parseFilter({ a: or('x'), b: or('y'), c: or('z') }).branches).toHaveLength(1_000);
    expect(errorOf(() => parseFilter({ a: or('x'), b: or('y'), c: or('z'), d: or('u') })).message).toMatch(
      /more than 1000 combinations/,
    );
  });

  test('20,000 conditions in all combinations', () => {
    const or = (field: string): unknown => ({ $or: many(30, (i) => ({ [field]: [i] })) });
    const fields = Object.fromEntries(many(60, (i) => [`f${i}`, [1]]) as [string, unknown][]);
    expect(errorOf(() => parseFilter({ a: or('x'), b: or('y'), ...fields })).message).toMatch(
      /more than 20000 conditions/,
    );
  });
});

test('a filter cannot be changed through the pattern it was read from', () => {
  const pattern = { a: ['x'] };
  const filter = parseFilter(pattern);
  pattern.a.push('y');
  expect(filter.branches[0]?.[0]?.values).toEqual(['x']);
});
