import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonFault, MAX_DEPTH } from '../../../src/local/door/json-fault.ts';

/** Numbers from 2⁶³ on, as JavaScript writes them, are a fault of their own. */
const LONG_INTEGER = /\d{19}/;

test('JSON whose keys are its own is taken, whatever stands in its strings', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (text, spaced) => {
      fc.pre(!LONG_INTEGER.test(text));
      expect(jsonFault(spaced ? JSON.stringify(JSON.parse(text), null, 2) : text)).toBe(undefined);
    }),
  );
});

test('a key that is there twice in one object is found, at any depth and however it is written', () => {
  expect(jsonFault('{"tenantId":"acme","tenantId":"globex"}')).toBe('the key "tenantId" is there twice');
  expect(jsonFault('{"tenantId":"acme", "\\u0074enantId":"globex"}')).toContain('twice');
  expect(jsonFault('[{"a":[{"b":1,"c":{"b":2}},{"b":3,"b":4}]}]')).toContain('"b"');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
      const [[key, value] = ['', null]] = Object.entries(object);
      const text = JSON.stringify(object);
      fc.pre(!LONG_INTEGER.test(text));
      expect(jsonFault(`${text.slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(value)}}`)).toContain(
        'twice',
      );
    }),
  );
});

test('the same key in different objects, and a value that equals a key, is no fault', () => {
  expect(jsonFault('{"a":{"a":["a","a",{"a":"a"}]},"b":"b"}')).toBe(undefined);
});

test('nesting ends at 1000 levels', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(jsonFault(nested(MAX_DEPTH))).toBe(undefined);
  expect(jsonFault(nested(MAX_DEPTH + 1))).toContain('1000 levels');
});

test('integers end at 64 bits; fractions and exponents are no integers', () => {
  expect(jsonFault('[9223372036854775807,-9223372036854775808]')).toBe(undefined);
  expect(jsonFault('[9223372036854775808]')).toContain('64 bits');
  expect(jsonFault('{"n":-9223372036854775809}')).toContain('64 bits');
  expect(jsonFault('[0.9223372036854775808999,92233720368547758080e3]')).toBe(undefined);
});
