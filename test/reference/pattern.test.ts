/** The reference is itself judged: by AWS's own answers, and against the real matcher on real records. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { matches, parseFilter } from '../../src/domain/filter/index.ts';
import { corpus } from '../journey/corpus.ts';
import { awsEventRuler, reference } from '../journey/expected.ts';
import { FILTERS } from '../journey/filters.ts';
import { referenceMatches } from './pattern.ts';

interface AwsCase {
  readonly name: string;
  readonly expected: 'match' | 'nomatch' | 'invalid';
  readonly pattern?: unknown;
  readonly pattern_text?: string;
  readonly event: unknown;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../domain/filter/data/aws-validated-cases.json', import.meta.url), 'utf8'),
) as { cases: AwsCase[] };

test.each(cases.filter(({ expected }) => expected !== 'invalid'))(
  'the reference says of $name what AWS says',
  ({ expected, pattern, pattern_text, event }) => {
    const parsed = pattern_text === undefined ? pattern : JSON.parse(pattern_text);
    expect(referenceMatches(parsed, event)).toBe(expected === 'match');
  },
);

describe.each(Object.entries(FILTERS))('over the whole corpus, %s', (_, filters) => {
  test.each(Object.entries(filters))(
    '“%s” matches the same for the reference and for us',
    (_name, pattern) => {
      const filter = parseFilter(pattern);
      for (const event of corpus())
        if (referenceMatches(pattern, event) !== matches(filter, event))
          throw new Error(`they differ on ${event.id}`);
    },
  );
});

test('fields of one array must match in the same element', () => {
  const event = {
    targets: [
      { type: 'bucket', id: 'a' },
      { type: 'role', id: 'b' },
    ],
  };
  expect(referenceMatches({ targets: { type: ['bucket'], id: ['a'] } }, event)).toBe(true);
  expect(referenceMatches({ targets: { type: ['bucket'], id: ['b'] } }, event)).toBe(false);
});

const ruler = awsEventRuler();
(ruler ? test : test.skip)('over the whole corpus the reference says what event-ruler says', async () => {
  const questions = Object.values(FILTERS).map((filters) => ({
    patterns: Object.values(filters),
    events: corpus(),
  }));
  expect(await reference(questions)).toEqual(await ruler?.(questions));
});
