/** Matching means what the reference says; and the sentences that people ask about, one by one. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, parseFilter } from '../../../src/domain/filter/index.ts';
import { referenceMatches } from '../../reference/pattern.ts';
import { arbitraryEvent, arbitraryPattern, type Json } from './arbitrary-patterns.ts';
import { patternFrom, seededRandom } from './patterns-from-events.ts';

test('any pattern matches any event exactly when the reference says so', () => {
  fc.assert(
    fc.property(
      arbitraryPattern,
      fc.array(arbitraryEvent, { minLength: 1, maxLength: 8 }),
      (pattern, events) => {
        const filter = parseFilter(pattern);
        for (const event of events)
          expect([event, matches(filter, event)]).toEqual([event, referenceMatches(pattern, event)]);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('random patterns over real records match exactly when the reference says so', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seededRandom(seed);
  const events = readFileSync(new URL('../../data/corpus/events.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
  const pick = (): Json => events[Math.floor(random() * events.length)] as Json;
  for (let i = 0; i < 1_500; i++) {
    const event = pick();
    const pattern = patternFrom(random, event, pick());
    if (JSON.stringify(pattern).length > 4_000) continue;
    const filter = parseFilter(pattern);
    for (const each of [event, pick()])
      expect({ seed, i, pattern, matches: matches(filter, each) }).toEqual({
        seed,
        i,
        pattern,
        matches: referenceMatches(pattern, each),
      });
  }
});

const targets = {
  targets: [
    { type: 'user', id: 'u1' },
    {
      type: 'role',
      id: 'r1',
      tags: [
        { k: 'env', v: 'prod' },
        { k: 'team', v: 'a' },
      ],
    },
  ],
};

const sentences: readonly [sentence: string, pattern: unknown, event: unknown, expected: boolean][] = [
  ['fields of one element match together', { targets: { type: ['role'], id: ['r1'] } }, targets, true],
  ['fields of two elements do not', { targets: { type: ['user'], id: ['r1'] } }, targets, false],
  [
    'elements inside elements too',
    { targets: { type: ['role'], tags: { k: ['env'], v: ['prod'] } } },
    targets,
    true,
  ],
  ['and not across them', { targets: { tags: { k: ['env'], v: ['a'] } } }, targets, false],
  [
    'nor an inner one of another outer one',
    { targets: { id: ['u1'], tags: { k: ['env'] } } },
    targets,
    false,
  ],
  ['a list of plain values needs one of them', { a: ['x'] }, { a: ['y', 'x'] }, true],
  ['anything-but is content with one other value', { a: [{ 'anything-but': 'x' }] }, { a: ['x', 'y'] }, true],
  ['anything-but fails on a missing field', { a: [{ 'anything-but': 'x' }] }, { b: 1 }, false],
  ['anything-but takes null and numbers', { a: [{ 'anything-but': 'x' }] }, { a: null }, true],
  ['an empty array is a missing field', { a: [{ exists: false }] }, { a: [] }, true],
  ['exists is about leaves', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ['null is not missing', { a: [{ exists: false }] }, { a: null }, false],
  ['null is not the text null', { a: [null] }, { a: 'null' }, false],
  ['a text never equals a number', { a: [1] }, { a: '1' }, false],
  ['numbers are equal however they are written', { a: [301.8] }, JSON.parse('{"a":3.018e2}'), true],
  ['minus zero is zero', { a: [0] }, { a: -0 }, true],
  [
    'numbers beyond five thousand million compare too',
    { a: [{ numeric: ['>', 6e9] }] },
    { a: 1_700_000_000_000 },
    true,
  ],
  ['a dot in the pattern is a level', { 'a.b': [1] }, { a: { b: 1 } }, true],
  ['a dot in the event is a level', { a: { b: [1] } }, { 'a.b': 1 }, true],
  ['both a level and a dot are looked at', { a: { b: [1] } }, { a: { b: 2 }, 'a.b': 1 }, true],
  ['an address matches every spelling of it', { a: ['2001:db8::1'] }, { a: '2001:0DB8:0:0:0:0:0:1' }, true],
  ['but not inside exactly', { a: [{ exactly: '::1' }] }, { a: '0::1' }, false],
  ['IPv4 in IPv6 form is IPv4', { a: [{ cidr: '10.0.0.0/8' }] }, { a: '::ffff:a01:203' }, true],
  ['an address with a zone is none', { a: [{ cidr: 'fe80::/10' }] }, { a: 'fe80::1%eth0' }, false],
  ['host bits of a block do not matter', { a: [{ cidr: '10.1.2.3/8' }] }, { a: '10.9.9.9' }, true],
  ['ß is SS when case is ignored', { a: [{ 'equals-ignore-case': 'straße' }] }, { a: 'STRASSE' }, true],
  ['a star can be meant', { a: [{ wildcard: 'a\\*b' }] }, { a: 'a*b' }, true],
  ['and then it is nothing else', { a: [{ wildcard: 'a\\*b' }] }, { a: 'axb' }, false],
  ['$or joins with its siblings', { a: [1], $or: [{ b: [1] }, { c: [1] }] }, { a: 1, c: 1 }, true],
  ['and does not replace them', { a: [1], $or: [{ b: [1] }, { c: [1] }] }, { a: 2, c: 1 }, false],
  [
    'a field that $or names again is replaced in that rule',
    { a: [1], $or: [{ a: [2] }, { b: [1] }] },
    { a: 2 },
    true,
  ],
  ['$or with a plain list is a field of that name', { $or: ['x'] }, { $or: 'x' }, true],
  ['and so is an object', { $or: { a: [1] } }, { $or: { a: 1 } }, true],
];

test.each(sentences)('%s', (_, pattern, event, expected) => {
  expect(matches(parseFilter(pattern), event)).toBe(expected);
});
