import { expect, test } from '@jest/globals';
import { books } from '../../bin/books.ts';
import { type Accounts, type Hop, verdictOf } from '../../src/domain/accounts.ts';

const plain = (_: unknown, text: string) => text;

function accounts(hop: Partial<Hop>, more: Partial<Accounts> = {}): Accounts {
  const counts = { in: 12_000, out: 12_000, waiting: 0, dead: 0, unaccounted: 0 };
  return { asOfMs: 0, hops: [{ name: 'bus → record', ...counts, ...hop }], unaccounted: [], ...more };
}

test('a figure that could not be had is not shown as 0, and nothing is claimed', () => {
  const found = accounts({ in: null, unaccounted: null });

  expect(verdictOf(found)).toEqual({ kind: 'unknown' });
  expect(books(found, plain)).toMatch(/bus → record +unknown +12,000 +0 +0 +unknown/);
  expect(books(found, plain)).toContain('cannot be said');
});

test('a known loss is told, also beside an unknown figure', () => {
  const found = accounts({ unaccounted: 2 });
  const both = { ...found, hops: [...found.hops, ...accounts({ unaccounted: null }).hops] };

  expect(verdictOf(both)).toEqual({ kind: 'lost', count: 2 });
  expect(books(both, plain)).toContain('2 unaccounted for.');
});

test('notes are shown as text, whatever is in them', () => {
  expect(books(accounts({}, { notes: ['count\u001b[31m again'] }), plain)).toContain('\\u001B');
});
