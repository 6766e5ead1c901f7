import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { mayBeSeveral } from '../../../src/domain/event/several.ts';
import { bothOf } from '../../../src/domain/filter/both-of.ts';
import { matches, parseFilter } from '../../../src/domain/filter/index.ts';
import type { Json } from './arbitrary-patterns.ts';
import { patternFrom, seededRandom } from './patterns-from-events.ts';

const corpus = readFileSync(new URL('../../data/corpus/events.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Json);

test('the one pattern matches what both match, over real records', () => {
  const seed = Number(process.env.FILTER_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = seededRandom(seed);
  const pick = () => corpus[Math.floor(random() * corpus.length)] as Json;
  let merged = 0;
  let matched = 0;
  for (let i = 0; i < 4_000; i++) {
    const event = pick();
    const [a, b] = [patternFrom(random, event, pick()), patternFrom(random, event, pick())];
    const both = bothOf(a, b, mayBeSeveral);
    if (both.kind === 'none') continue;
    merged++;
    const [one, first, second] = [both.pattern, a, b].map((pattern) => parseFilter(pattern));
    for (const each of [event, pick(), pick()]) {
      const wanted = matches(first as never, each) && matches(second as never, each);
      if (wanted) matched++;
      expect({ seed, a, b, each, matches: matches(one as never, each) }).toEqual({
        seed,
        a,
        b,
        each,
        matches: wanted,
      });
    }
  }
  expect(merged).toBeGreaterThan(1_000);
  expect(matched).toBeGreaterThan(100);
});

test('whatever a real record has as a list is known to be one', () => {
  const walk = (value: Json, path: string): void => {
    if (Array.isArray(value)) expect({ path, known: mayBeSeveral(path) }).toEqual({ path, known: true });
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) walk(each, path === '' ? name : `${path}.${name}`);
  };
  for (const event of corpus) walk(event, '');
  expect(mayBeSeveral('actor.rolesOf')).toBe(false);
});

test.each([
  [
    { severity: ['high', 'critical'] },
    { outcome: ['denied'] },
    { severity: ['high', 'critical'], outcome: ['denied'] },
  ],
  [{ severity: ['high', 'critical'] }, { severity: ['critical', 'low'] }, { severity: ['critical'] }],
  [{ action: [{ prefix: 'user.' }] }, { action: ['user.made', 'role.made'] }, { action: ['user.made'] }],
  [{ actor: { type: ['user'] } }, { actor: { id: ['a'] } }, { actor: { type: ['user'], id: ['a'] } }],
  [{ targets: { type: ['x'] } }, { targets: { type: ['x'] } }, { targets: { type: ['x'] } }],
  [
    { $or: [{ severity: ['high'] }, { actor: { type: ['user'] } }] },
    { outcome: ['denied'] },
    { $or: [{ severity: ['high'] }, { actor: { type: ['user'] } }], outcome: ['denied'] },
  ],
  [{}, { outcome: ['denied'] }, { outcome: ['denied'] }],
])('%j and %j are %j', (a, b, pattern) => {
  expect(bothOf(a, b, mayBeSeveral)).toEqual({ kind: 'one', pattern });
});

test.each([
  [{ targets: { type: ['invoice'] } }, { targets: { id: ['7'] } }, 'targets', 'may be several'],
  [{ actor: { roles: ['a'] } }, { actor: { roles: ['b'] } }, 'actor.roles', 'may be several'],
  [{ action: [{ prefix: 'a.' }] }, { action: [{ suffix: '.b' }] }, 'action', 'no single one says'],
  [{ severity: ['high'] }, { severity: ['low'] }, 'severity', 'nothing would match'],
  [
    { $or: [{ severity: ['high'] }, { outcome: ['denied'] }] },
    { severity: ['low'] },
    'severity',
    'without $or',
  ],
  [
    { $or: [{ a: ['1'] }, { b: ['1'] }] },
    { actor: { $or: [{ id: ['1'] }, { name: ['1'] }] } },
    '$or',
    'is in both',
  ],
  [{ 'actor.id': ['a'] }, { actor: { id: ['b'] } }, 'actor.id', 'without dots'],
  [{ actor: ['a'] }, { actor: { id: ['b'] } }, 'actor', 'an object for the other'],
])('%j and %j are no one pattern: %s %s', (a, b, path, reason) => {
  for (const both of [bothOf(a, b, mayBeSeveral), bothOf(b, a, mayBeSeveral)])
    expect(both).toEqual({ kind: 'none', path, reason: expect.stringContaining(reason) });
});
