/** What somebody sends who wants the matcher to be slow, wrong or dead. Slowness shows as the test's own time-out. */
import { describe, expect, test } from '@jest/globals';
import {
  FilterError,
  FilterIndex,
  matches,
  parseFilter,
  parseFilterText,
} from '../../../src/domain/filter/index.ts';

/** Both ways of matching, which must agree. */
function decide(pattern: unknown, event: unknown): boolean {
  const filter = parseFilter(pattern);
  const index = new FilterIndex<string>();
  index.add('one', filter);
  const found = index.match(event).length === 1;
  expect(matches(filter, event)).toBe(found);
  return found;
}

describe('prototype keys', () => {
  test('are fields like any other, and nothing inherited is a field', () => {
    const proto = JSON.parse('{"__proto__": {"a": ["x"]}}');
    expect(decide(proto, JSON.parse('{"__proto__": {"a": "x"}}'))).toBe(true);
    expect(decide(proto, { a: 'x' })).toBe(false);
    for (const path of ['__proto__.__proto__', 'constructor.name', 'toString.length', 'hasOwnProperty.name'])
      expect([path, decide({ [path]: [{ exists: true }] }, { a: 1 })]).toEqual([path, false]);
    expect(decide({ a: { length: [{ exists: true }] } }, { a: 'text' })).toBe(false);
    expect(decide({ a: { 0: [{ exists: true }] } }, { a: ['text'] })).toBe(false);
  });

  test('leave the prototype of objects alone', () => {
    decide(JSON.parse('{"__proto__": {"polluted": ["x"]}}'), JSON.parse('{"__proto__": {"polluted": "x"}}'));
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('patterns', () => {
  test('nested a hundred thousand deep are refused', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(() => parseFilterText(deep)).toThrow(FilterError);
    let pattern: unknown = [1];
    for (let i = 0; i < 100_000; i++) pattern = { a: pattern };
    expect(() => parseFilter(pattern)).toThrow(FilterError);
  });

  test('with a list of a million values are refused', () => {
    expect(() => parseFilter({ a: new Array(1_000_000).fill('x') })).toThrow(FilterError);
  });

  test('with $or in $or cannot explode', () => {
    let rule: unknown = { a: [1] };
    for (let i = 0; i < 12; i++) rule = { $or: [rule, { [`b${i}`]: [1], $or: [{ c: [1] }, { d: [1] }] }] };
    expect(() => parseFilter({ x: rule, y: rule, z: rule })).toThrow(FilterError);
  });

  test('made for backtracking answer as fast as others', () => {
    const text = 'a'.repeat(200_000);
    expect(decide({ a: [{ wildcard: `${'*a'.repeat(16)}b` }] }, { a: text })).toBe(false);
    expect(decide({ a: [{ wildcard: `*${'a*'.repeat(15)}` }] }, { a: text })).toBe(true);
    expect(decide({ a: [{ wildcard: `*${'a'.repeat(2_000)}b*` }] }, { a: text })).toBe(false);
  });
});

describe('events', () => {
  const elements = (count: number, each: (i: number) => unknown): unknown[] =>
    Array.from({ length: count }, (_, i) => each(i));

  test('with ten thousand elements are searched once, not once for every pair', () => {
    const event = { a: elements(10_000, (i) => ({ x: i, y: i + 1, z: 1 })) };
    expect(decide({ a: { x: [{ exists: true }], y: [{ exists: true }], z: [2] } }, event)).toBe(false);
    expect(decide({ a: { x: [5], y: [7] } }, event)).toBe(false);
    expect(decide({ a: { x: [{ 'anything-but': [-1] }], y: [10_000], z: [1] } }, event)).toBe(true);
    expect(decide({ a: { u: [{ exists: false }], x: [1], z: [{ exists: false }] } }, event)).toBe(false);
  });

  test('with sibling arrays are not searched through their product', () => {
    const siblings = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, elements(2_000, (i) => ({ x: i, y: i + 1 }))]),
    );
    const pattern = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [name, { x: [{ exists: true }] }]),
    );
    expect(decide({ ...pattern, f: { x: [5], y: [5] } }, siblings)).toBe(false);
    expect(decide({ ...pattern, f: { x: [5], y: [6] } }, siblings)).toBe(true);
  });

  test('with arrays in arrays are searched level by level', () => {
    const event = {
      a: elements(60, (i) => ({
        b: elements(60, (j) => ({ x: j })),
        c: elements(60, (j) => ({ x: j })),
        d: i,
      })),
    };
    expect(
      decide({ a: { b: { x: [{ exists: true }] }, c: { x: [{ exists: true }] }, d: [-1] } }, event),
    ).toBe(false);
    expect(decide({ a: { b: { x: [59] }, c: { x: [0] }, d: [59] } }, event)).toBe(true);
  });

  test('nested a hundred thousand arrays deep do not break the stack', () => {
    const event = JSON.parse(`{"a":${'['.repeat(100_000)}1${']'.repeat(100_000)}}`);
    expect(decide({ a: [1] }, event)).toBe(false);
    expect(decide({ a: [1] }, { a: [[[[[1]]]]] })).toBe(true);
  });

  test('and patterns that together are deep and wide do not break the stack either', () => {
    const names = elements(380, (i) => `f${i}`) as string[];
    const inner = Object.fromEntries(names.map((name) => [name, 1]));
    const event = JSON.parse(`{"a":${'['.repeat(250)}${JSON.stringify(inner)}${']'.repeat(250)}}`);
    expect(decide({ a: Object.fromEntries(names.map((name) => [name, [1]])) }, event)).toBe(true);
  });

  test('with fifty thousand keys, some with dots, are read once', () => {
    const event = Object.fromEntries(elements(50_000, (i) => [`k${i}.x`, i]) as [string, unknown][]);
    expect(decide({ k49999: { x: [49_999] } }, event)).toBe(true);
    expect(decide({ [`k1${'.x'.repeat(20)}`]: [1] }, event)).toBe(false);
  });

  test('that are no objects are events without fields', () => {
    for (const event of [null, undefined, 1, 'text', true, [{ a: 1 }]]) {
      expect(decide({ a: [{ exists: false }] }, event)).toBe(true);
      expect(decide({ a: [{ exists: true }] }, event)).toBe(false);
      expect(decide({}, event)).toBe(true);
    }
  });
});
