/** The cases that were checked against the real TestEventPattern API. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type Filter,
  FilterError,
  FilterIndex,
  matches,
  parseFilter,
  parseFilterText,
} from '../../../src/domain/filter/index.ts';

interface AwsCase {
  readonly name: string;
  readonly expected: 'match' | 'nomatch' | 'invalid';
  readonly pattern?: unknown;
  readonly pattern_text?: string;
  readonly event: unknown;
}

const { cases } = JSON.parse(
  readFileSync(new URL('data/aws-validated-cases.json', import.meta.url), 'utf8'),
) as { cases: AwsCase[] };

test('trap 63: AWS’s own hundred cases are here, objects of arrays, absent keys, null and kinds among them', () => {
  expect(cases).toHaveLength(100);
});

describe.each(cases)('$name', (each) => {
  const parse = (): Filter =>
    each.pattern_text === undefined ? parseFilter(each.pattern) : parseFilterText(each.pattern_text);

  test(`is what AWS says: ${each.expected}`, () => {
    if (each.expected === 'invalid') {
      expect(parse).toThrow(FilterError);
      return;
    }
    const filter = parse();
    expect(matches(filter, each.event)).toBe(each.expected === 'match');
    const index = new FilterIndex<string>();
    index.add('one', filter);
    expect([...index.match(each.event)]).toEqual(each.expected === 'match' ? ['one'] : []);
  });
});
