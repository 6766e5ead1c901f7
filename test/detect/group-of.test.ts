/** A group is told by what its events have in common: as text, bounded, and different where the values are. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupHash, groupOf, textAt } from '../../src/detect/group-of.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';
import { anAlert } from '../builders/an-alert.ts';

test.each([
  ['a string', 'jo', 'jo'],
  ['a number', 4.5, '4.5'],
  ['a flag', false, 'false'],
  ['an empty string', '', ''],
  ['nothing', undefined, '(none)'],
  ['null', null, '(none)'],
  ['an object', { a: 1 }, '(object)'],
  ['an empty list', [], '(none)'],
  ['a list, whatever its order', ['b', 'a', 'b', 1, null], '1,a,b'],
  ['a list with objects', [{ a: 1 }, 'x', { b: 1 }], '(object),x'],
  ['control characters', 'a\u0000b\ud800', 'ab\ufffd'],
])('%s', (_, value, text) => {
  expect(groupOf({ it: value }, ['it'])).toEqual({ it: text });
});

test('every path has its value', () => {
  const event = { actor: { id: 'jo' }, targets: [{ id: 'b' }, { id: 'a' }] };
  expect(groupOf(event, ['actor.id', 'targets.id', 'source.ip'])).toEqual({
    'actor.id': 'jo',
    'targets.id': 'a,b',
    'source.ip': '(none)',
  });
  expect(groupOf(event, [])).toEqual({});
});

test('where there is nothing, there is no text to count', () => {
  expect(textAt({ a: null }, 'a')).toBeUndefined();
  expect(textAt({ a: [null] }, 'a')).toBeUndefined();
  expect(textAt({ a: 0 }, 'a')).toBe('0');
});

test('long values are cut, and still told apart', () => {
  const [one, other] = ['1', '2'].map((end) => textAt({ a: `${'🔥'.repeat(500)}${end}` }, 'a') as string);
  expect(one).not.toBe(other);
  expect(one?.length).toBeLessThanOrEqual(256);
  expect(one?.isWellFormed()).toBe(true);
  expect(textAt({ a: 'x'.repeat(256) }, 'a')).toBe('x'.repeat(256));
});

test('a group of any values is what a notice may have', () => {
  fc.assert(
    fc.property(fc.array(fc.anything(), { minLength: 1, maxLength: 16 }), (values) => {
      const event = JSON.parse(JSON.stringify({ values }, plain)) as object;
      const group = groupOf(
        event,
        values.map((_, i) => `values.${i}`),
      );
      expect(parseAlert(anAlert({ group })).group).toEqual(group);
      expect(groupHash(group)).toMatch(/^[\w-]{22}$/);
    }),
  );
});

test('the hash of a group is the same in every process and version, and for every order of its paths', () => {
  expect(groupHash({ 'actor.id': 'jo', tenant: 'x' })).toBe(groupHash({ tenant: 'x', 'actor.id': 'jo' }));
  // SHA-256 of {"actor.id":"jo"}: a change here forgets every open alert.
  expect(groupHash({ 'actor.id': 'jo' })).toBe('4tRZSbVRGDjp7aYA3ubUyd');
  expect(groupHash({ 'actor.id': 'jo' })).not.toBe(groupHash({ 'actor.id': 'Jo' }));
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}
