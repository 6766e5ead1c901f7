import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ageBandOf, makeGroups } from '../../../src/domain/dead-letters/groups.ts';
import { aLetter } from './a-letter.ts';

const MINUTE_MS = 60_000;

test.each([
  [-1, '< 10 min'],
  [0, '< 10 min'],
  [10 * MINUTE_MS, '< 1 h'],
  [60 * MINUTE_MS, '< 1 d'],
  [24 * 60 * MINUTE_MS, '< 7 d'],
  [7 * 24 * 60 * MINUTE_MS, '≥ 7 d'],
])('an age of %d ms is in the band %s', (ageMs, band) => {
  expect(ageBandOf(ageMs)).toBe(band);
});

test('every letter is in one group, however few groups are asked for', () => {
  const letter = fc.record({
    queue: fc.constantFrom('record', 'datadog'),
    reason: fc.string(),
    deadAtMs: fc.integer({ min: 0, max: 10 ** 9 }),
    said: fc.oneof(fc.record({ action: fc.string() }), fc.jsonValue()),
  });
  fc.assert(
    fc.property(fc.array(letter), fc.nat(20), (letters, most) => {
      const groups = makeGroups(10 ** 9);
      for (const { said, ...fields } of letters) groups.add(aLetter(fields, said));
      const told = groups.groups(most);
      expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(letters.length);
      expect(told.length).toBeLessThanOrEqual(most + 2);
      for (const queue of ['record', 'datadog']) {
        const of = told.filter((group) => group.queue === queue);
        const times = letters.filter((one) => one.queue === queue).map(({ deadAtMs }) => deadAtMs);
        expect(of.reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
        if (times.length > 0) {
          expect(Math.min(...of.map(({ oldestMs }) => oldestMs))).toBe(Math.min(...times));
          expect(Math.max(...of.map(({ newestMs }) => newestMs))).toBe(Math.max(...times));
        }
      }
    }),
  );
});
