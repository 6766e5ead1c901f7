/** Published detection rules, written as rules of ours, over 1,977 real records: they qualify exactly the published events. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { FilterIndex, matches } from '../../../src/domain/filter/index.ts';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import type { Rule } from '../../../src/domain/rules/rule.ts';
import type { RuleDocument } from '../../../src/domain/rules/rule-book.ts';

interface Published {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly severity: string;
  readonly vendor: string;
  readonly kind: 'event' | 'threshold';
  readonly threshold?: {
    readonly count: number;
    readonly windowMinutes: number;
    readonly groupBy: readonly string[];
    readonly distinct?: string;
  };
  readonly pattern?: unknown;
  readonly needsCode?: string;
  readonly expectMatch: readonly string[];
  readonly expectNoMatch: readonly string[];
  readonly corpusMatches?: { readonly ids: readonly string[] };
}

const data = (name: string) => readFileSync(new URL(`../../data/corpus/${name}`, import.meta.url), 'utf8');
const published = JSON.parse(data('rules.json')) as readonly Published[];
const events = data('events.ndjson')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as AuditEvent);
const patterned = published.filter(({ pattern }) => pattern !== undefined);

const idOf = ({ name }: Published) => name.replaceAll('_', '-');

/** As somebody would write it down. */
function ruleFile(one: Published): RuleDocument {
  const { title, meaning, severity, vendor, pattern, threshold } = one;
  const value = {
    id: idOf(one),
    name: title,
    why: meaning,
    pattern,
    severity,
    title,
    labels: { vendor },
    ...(threshold === undefined
      ? { kind: 'match' }
      : {
          kind: threshold.distinct === undefined ? 'threshold' : 'distinct_values',
          count: threshold.count,
          window: `${threshold.windowMinutes}m`,
          groupBy: threshold.groupBy,
          ...(threshold.distinct !== undefined && { field: threshold.distinct }),
        }),
  };
  return { file: `${vendor}.yaml`, value };
}

const { book, faults } = parseRules(patterned.map(ruleFile));
const rules = new Map<string, Rule>(book.rules.map((rule) => [rule.id, rule]));
const ruleOf = (one: Published) => rules.get(idOf(one)) as Rule;
const sorted = (ids: readonly string[] = []) => [...ids].sort();

test('all 47 that have a pattern are rules, over all 1,977 events', () => {
  expect(faults).toEqual([]);
  expect(published).toHaveLength(52);
  expect(book.rules).toHaveLength(47);
  expect(events).toHaveLength(1_977);
  expect(new Set(events.map(({ id }) => id)).size).toBe(1_977);
});

test('every threshold says the published count, window and groups', () => {
  const counted = patterned.filter(({ kind }) => kind === 'threshold');
  expect(counted).toHaveLength(13);
  for (const one of counted) {
    const { count, windowMinutes, groupBy, distinct } = one.threshold as NonNullable<Published['threshold']>;
    const rule = ruleOf(one);
    expect(rule.groupBy).toEqual(groupBy);
    expect(rule.quietMs).toBeGreaterThanOrEqual(windowMinutes * 60_000);
    expect(rule.condition).toEqual({
      kind: distinct === undefined ? 'threshold' : 'distinct_values',
      count,
      windowMs: windowMinutes * 60_000,
      ...(distinct !== undefined && { field: distinct }),
    });
  }
});

test.each(patterned)('$name takes exactly the published events', (one) => {
  const { filter } = ruleOf(one);
  const found = events.filter((event) => matches(filter, event)).map(({ id }) => id);
  expect(sorted(found)).toEqual(sorted(one.corpusMatches?.ids));
  expect(one.expectMatch.filter((id) => !found.includes(id))).toEqual([]);
  expect(one.expectNoMatch.filter((id) => found.includes(id))).toEqual([]);
});

test('each published expectation is of an event that is there', () => {
  const known = new Set(events.map(({ id }) => id));
  const named = published.flatMap(({ expectMatch, expectNoMatch }) => [...expectMatch, ...expectNoMatch]);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

test('one index of all rules finds the same', () => {
  const index = new FilterIndex<string>();
  for (const { id, filter } of book.rules) index.add(id, filter);
  const found = new Map(book.rules.map(({ id }) => [id, [] as string[]]));
  for (const event of events) for (const id of index.match(event)) found.get(id)?.push(event.id);
  for (const one of patterned) expect(sorted(found.get(idOf(one)))).toEqual(sorted(one.corpusMatches?.ids));
});

test('those that cannot be said as a rule are in the docs, with the reason', () => {
  const docs = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8').split(
    '## What a rule cannot say',
  )[1];
  const listed = [...(docs ?? '').matchAll(/^\| `([a-z0-9_]+)` \| [^|]+ \| ([^|]+) \|$/gm)].map(
    ([, name, reason]) => `${name}: ${reason}`,
  );
  expect(listed.sort()).toEqual(
    published
      .flatMap(({ name, needsCode }) => (needsCode === undefined ? [] : [`${name}: ${needsCode}`]))
      .sort(),
  );
});
