import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunksOf } from '../../src/sink/chunks.ts';

const anItem = fc.record({
  bytes: fc.integer({ min: 1, max: 60 }),
  key: fc.option(fc.constantFrom('acme', 'globex'), { nil: undefined }),
});

test('every item travels once, in order within its key, and no request is over a limit', () => {
  fc.assert(
    fc.property(fc.array(anItem), fc.integer({ min: 1, max: 7 }), (items, most) => {
      const limits = { items: most, bytes: 100, itemBytes: 60, around: 2, between: 1 };
      const chunks = chunksOf(items, limits);
      for (const key of [undefined, 'acme', 'globex'])
        expect(chunks.flat().filter((item) => item.key === key)).toEqual(
          items.filter((item) => item.key === key),
        );
      for (const chunk of chunks) {
        expect(chunk.length).toBeLessThanOrEqual(most);
        expect(new Set(chunk.map(({ key }) => key)).size).toBe(1);
        const body = 2 + chunk.reduce((sum, { bytes }) => sum + bytes, 0) + chunk.length - 1;
        expect(body).toBeLessThanOrEqual(100);
      }
    }),
  );
});
