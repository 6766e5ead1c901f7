import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePosition, positionAt, positionTimeMs } from '../../src/domain/position.ts';

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const order = fc.integer({ min: 0, max: 32 ** 6 - 1 });

test('positions compare as strings the way their time and order compare', () => {
  fc.assert(
    fc.property(timeMs, order, timeMs, order, (t1, o1, t2, o2) => {
      const before = t1 < t2 || (t1 === t2 && o1 < o2);
      expect(positionAt(t1, o1) < positionAt(t2, o2)).toBe(before);
    }),
  );
});

test('a position tells the time it was made from, and is read back as itself', () => {
  fc.assert(
    fc.property(timeMs, order, (t, o) => {
      const position = positionAt(t, o);
      expect(positionTimeMs(position)).toBe(t);
      expect(parsePosition(position)).toBe(position);
    }),
  );
});

test.each([
  undefined,
  null,
  12,
  '',
  'now',
  '0000000000',
  '000000000000000U',
  '000000000000000a',
  '80000000000000000',
  {},
])('%p is not a position', (value) => {
  expect(parsePosition(value)).toBeUndefined();
});

test.each([
  [-1, 0],
  [Number.NaN, 0],
  [2 ** 48, 0],
  [0, -1],
  [0, 32 ** 6],
  [0, 0.5],
])('there is no position at time %p, order %p', (t, o) => {
  expect(() => positionAt(t, o)).toThrow(RangeError);
});
