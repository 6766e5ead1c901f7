/** Differential test against event-ruler, AWS's own matcher: random patterns with every operator, over real records
 * and over random events. Where the two differ, and why, is listed and shown in `differences.test.ts`.
 * Needs Java and Maven. FILTER_SEED repeats a run, FILTER_SCALE makes it longer. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Filter,
  FilterError,
  FilterIndex,
  matches,
  parseFilterText,
} from '../../../src/domain/filter/index.ts';
import { type Answer, askEventRuler, eventRuler } from '../../services/event-ruler/event-ruler.ts';
import { arbitraryEvent, arbitraryPattern } from './arbitrary-patterns.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { patternFrom, seededRandom } from './patterns-from-events.ts';

interface AwsCase {
  readonly name: string;
  readonly expected: string;
  readonly pattern?: unknown;
  readonly pattern_text?: string;
  readonly event: unknown;
}

const seed = Number(process.env.FILTER_SEED ?? Math.floor(Math.random() * 2 ** 31));
const scale = Number(process.env.FILTER_SCALE ?? 1);
const ruler = eventRuler();
if ('missing' in ruler)
  console.log(`Left out: the differential test against event-ruler (${ruler.missing}).`);

test('event-ruler is there in CI', () => {
  if (process.env.CI) expect(ruler).not.toHaveProperty('missing');
});

const withRuler = 'missing' in ruler ? test.skip : test;
const classPath = 'missing' in ruler ? '' : ruler.classPath;

interface Group {
  readonly patterns: readonly string[];
  readonly events: readonly string[];
}

function ours(pattern: string, events: readonly unknown[]): Answer {
  let filter: Filter;
  try {
    filter = parseFilterText(pattern);
  } catch (error) {
    if (error instanceof FilterError) return { error: error.message };
    throw error;
  }
  const index = new FilterIndex<number>();
  index.add(1, filter);
  const found = events.flatMap((event, i) => (matches(filter, event) ? [i] : []));
  expect(events.flatMap((event, i) => (index.match(event).length > 0 ? [i] : []))).toEqual(found);
  return { matches: found };
}

interface Difference {
  readonly pattern: string;
  readonly event?: string;
  readonly theirs: string;
  readonly ours: string;
}

/** All differences that are not explained by `oneAtATime`. */
async function disagreements(
  groups: readonly Group[],
): Promise<{ differences: Difference[]; explained: number; pairs: number; matched: number }> {
  const answers = await askEventRuler(classPath, groups);
  const differences: Difference[] = [];
  const doubtful: { pattern: string; event: string; theirs: boolean }[] = [];
  let pairs = 0;
  let matched = 0;
  groups.forEach(({ patterns, events }, g) => {
    const parsed = events.map((event) => JSON.parse(event) as unknown);
    patterns.forEach((pattern, p) => {
      const theirs = (answers[g] as Answer[])[p] as Answer;
      const mine = ours(pattern, parsed);
      pairs += events.length;
      if ('matches' in mine) matched += mine.matches.length;
      if ('error' in theirs && 'error' in mine) return;
      if ('error' in theirs || 'error' in mine) {
        differences.push({ pattern, theirs: say(theirs), ours: say(mine) });
        return;
      }
      events.forEach((event, i) => {
        if (theirs.matches.includes(i) !== mine.matches.includes(i))
          doubtful.push({ pattern, event, theirs: theirs.matches.includes(i) });
      });
    });
  });
  const apart = doubtful.map(({ pattern, event }) => ({
    patterns: oneAtATime(JSON.parse(pattern), 20_000) ?? [],
    events: [event],
  }));
  (await askEventRuler(classPath, apart)).forEach((parts, i) => {
    const { pattern, event, theirs } = doubtful[i] as (typeof doubtful)[number];
    const byParts = parts.some((part) => 'matches' in part && part.matches.length > 0);
    if (parts.length === 0 || byParts === theirs)
      differences.push({ pattern, event, theirs: String(theirs), ours: String(!theirs) });
  });
  return { differences, explained: doubtful.length - differences.length, pairs, matched };
}

function say(answer: Answer): string {
  return 'error' in answer ? `refuses it (${answer.error.slice(0, 200)})` : 'accepts it';
}

withRuler(
  'random patterns over real records: agreement',
  async () => {
    const random = seededRandom(seed);
    const corpus = readFileSync(new URL('../../data/corpus/events.ndjson', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const groups = Array.from({ length: 20 * scale }, (): Group => {
      const events = Array.from({ length: 15 }, () => JSON.stringify(JSON.parse(pick(corpus))));
      const patterns = Array.from({ length: 40 }, () =>
        JSON.stringify(patternFrom(random, JSON.parse(pick(events)), JSON.parse(pick(events)))),
      ).filter((pattern) => pattern.length < 4_000);
      return { patterns, events };
    });
    const { differences, explained, pairs, matched } = await disagreements(groups);
    expect({ seed, differences: differences.slice(0, 3) }).toEqual({ seed, differences: [] });
    expect(matched).toBeGreaterThan(pairs / 100);
    // Event-ruler's own contradictions must stay rare, or they would hide a fault of ours.
    expect(explained).toBeLessThan(pairs / 200);
  },
  300_000,
);

withRuler(
  'random patterns over random events, with arrays in arrays: agreement',
  async () => {
    const groups = Array.from(
      { length: 10 * scale },
      (_, i): Group => ({
        patterns: fc
          .sample(arbitraryPattern, { numRuns: 100, seed: seed + i })
          .map((pattern) => JSON.stringify(pattern)),
        events: fc
          .sample(arbitraryEvent, { numRuns: 30, seed: seed - i })
          .map((event) => JSON.stringify(event)),
      }),
    );
    const { differences, explained, pairs, matched } = await disagreements(groups);
    expect({ seed, differences: differences.slice(0, 3) }).toEqual({ seed, differences: [] });
    expect(matched).toBeGreaterThan(pairs / 100);
    // Event-ruler's own contradictions must stay rare, or they would hide a fault of ours.
    expect(explained).toBeLessThan(pairs / 200);
  },
  300_000,
);

withRuler(
  'the cases that AWS validated: event-ruler says the same',
  async () => {
    const { cases } = JSON.parse(
      readFileSync(new URL('data/aws-validated-cases.json', import.meta.url), 'utf8'),
    ) as { cases: AwsCase[] };
    const { differences } = await disagreements(
      cases.map((each) => ({
        patterns: [each.pattern_text ?? JSON.stringify(each.pattern)],
        events: [JSON.stringify(each.event)],
      })),
    );
    expect(differences).toEqual([]);
  },
  120_000,
);
