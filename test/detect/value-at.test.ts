/** What a path of a rule means. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueAt } from '../../src/detect/value-at.ts';

const event = {
  actor: { id: 'jo', mfa: false, name: null },
  targets: [{ id: 'a', tags: ['x', 'y'] }, { id: 'b' }],
  labels: { 'example.com/team': 'payments', 'a.b': { c: 1 } },
  metadata: { 0: 'zero', empty: '', nothing: undefined, list: [] },
};

test.each([
  ['actor.id', 'jo'],
  ['actor.mfa', false],
  ['actor', event.actor],
  ['targets.0.id', 'a'],
  ['targets.1.id', 'b'],
  ['targets.id', ['a', 'b']],
  ['targets.tags', ['x', 'y']],
  ['metadata.0', 'zero'],
  ['metadata.empty', ''],
  ['metadata.list', []],
  ['labels.example.com/team', 'payments'],
  ['labels.a.b.c', 1],
])('%s is %j', (path, value) => {
  expect(valueAt(event, path)).toEqual(value);
});

test.each([
  ...['actor.name', 'actor.id.length', 'actor.toString', 'actor.__proto__', 'metadata.nothing'],
  ...[
    'targets.2.id',
    'targets.length',
    'targets.name',
    'labels.example',
    'nobody',
    '',
    '.',
    'actor.',
    '.actor',
  ],
])('nothing stands at %j', (path) => {
  expect(valueAt(event, path)).toBeUndefined();
});

test('a root that is no object has nothing', () => {
  for (const root of [undefined, null, 'actor', 7]) expect(valueAt(root, 'actor.id')).toBeUndefined();
});

test('the value of every leaf is found at its path', () => {
  const key = fc.stringMatching(/^[a-z]{1,4}$/);
  fc.assert(
    fc.property(
      fc.array(key, { minLength: 1, maxLength: 6 }),
      fc.oneof(fc.string(), fc.integer()),
      (steps, leaf) => {
        const root = steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), leaf);
        expect(valueAt(root, steps.join('.'))).toBe(leaf);
        expect(valueAt(root, `${steps.join('.')}.more`)).toBeUndefined();
      },
    ),
  );
});
