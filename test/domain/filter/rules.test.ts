/** Detection rules of several vendors over real records: the patterns find exactly the published matches. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FilterIndex, matches, parseFilter } from '../../../src/domain/filter/index.ts';

interface Rule {
  readonly name: string;
  readonly pattern?: unknown;
  readonly corpusMatches?: { readonly ids: readonly string[] };
}

const corpus = new URL('../../data/corpus/', import.meta.url);
const rules = (JSON.parse(readFileSync(new URL('rules.json', corpus), 'utf8')) as Rule[]).filter(
  (rule) => rule.pattern !== undefined && rule.corpusMatches !== undefined,
);
const events = readFileSync(new URL('events.ndjson', corpus), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { id: string });

test('most rules can be said as a pattern', () => {
  expect(rules.length).toBeGreaterThanOrEqual(45);
});

test.each(rules)('$name matches exactly the expected records', ({ pattern, corpusMatches }) => {
  const filter = parseFilter(pattern);
  const found = events.filter((event) => matches(filter, event)).map((event) => event.id);
  expect(found.sort()).toEqual([...(corpusMatches?.ids ?? [])].sort());
});

test('the index finds the same for all rules at once', () => {
  const index = new FilterIndex<string>();
  for (const rule of rules) index.add(rule.name, parseFilter(rule.pattern));
  const found = new Map(rules.map((rule) => [rule.name, [] as string[]]));
  for (const event of events) for (const name of index.match(event)) found.get(name)?.push(event.id);
  for (const rule of rules)
    expect(found.get(rule.name)?.sort()).toEqual([...(rule.corpusMatches?.ids ?? [])].sort());
});
