import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { LIMITS } from '../../src/stream/limits.ts';

test('docs/limits.md names every limit of the stream with its default', () => {
  const text = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const documented = Object.fromEntries(
    [...text.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]),
  );

  expect(documented).toEqual(LIMITS);
});
