import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, parseFilter } from '../../../src/domain/filter/index.ts';
import { implies } from '../../../src/domain/rules/implies.ts';
import { deadValuesOf, reachOf } from '../../../src/domain/rules/reach.ts';
import { CORPUS } from '../mappers/corpus.ts';
import { anyPattern, EVENTS } from './any-pattern.ts';

const reach = (pattern: unknown) => reachOf(parseFilter(pattern)).kind;

test.each([
  [{ outcome: ['sucess'] }],
  [{ outcome: [{ prefix: 'ok' }, 1] }],
  [{ action: ['Invoice.Approved'] }],
  [{ action: ['login'] }],
  [{ action: [{ prefix: 'user:' }] }],
  [{ action: [{ wildcard: '*.Login' }] }],
  [{ action: [{ suffix: 'login.' }] }],
  [{ action: [{ 'equals-ignore-case': 'user login' }] }],
  [{ actor: { id: [12] } }],
  [{ actor: { id: [''] } }],
  [{ actor: { id: [{ exists: false }] } }],
  [{ actor: { idd: ['jo'] } }],
  [{ actor: ['jo'] }],
  [{ actor: { mfa: ['true'] } }],
  [{ userId: ['jo'] }],
  [{ occurredAt: ['2026-11-01T12:00:00Z'] }],
  [{ context: { ip: ['localhost'] } }],
  [{ context: { geo: { country: [null] } } }],
  [{ http: { statusCode: ['500'] } }],
  [{ http: { statusCode: [{ numeric: ['>=', 600] }] } }],
  [{ http: { statusCode: [{ numeric: ['>', 200, '<', 201] }] } }],
  [{ targets: { colour: ['red'] } }],
  [{ error: { name: [{ exists: false }], code: ['E1'] } }],
  [{ severity: [{ 'anything-but': ['info', 'low', 'medium', 'high', 'critical'] }] }],
  [{ $or: [{ outcome: ['ok'] }, { colour: ['red'] }] }],
])('no event matches %j', (pattern) => {
  expect(reach(pattern)).toBe('never');
});

test.each([
  [{}],
  [{ action: [{ exists: true }] }],
  [{ action: [{ prefix: '' }], actor: { id: [{ wildcard: '*' }] } }],
  [{ schemaVersion: ['1.0'] }],
  [{ outcome: ['success', 'failure', 'denied', 'error', 'unknown'] }],
  [{ outcome: [{ 'anything-but': ['ok'] }] }],
  [{ action: [{ 'anything-but': ['Login'] }] }],
  [{ colour: [{ exists: false }] }],
  [{ message: [{ exists: true }, { exists: false }] }],
  [{ $or: [{ outcome: ['success'] }, { outcome: [{ 'anything-but': ['success'] }] }] }],
  [{ http: { statusCode: [{ numeric: ['>=', 100] }, { exists: false }] } }],
])('every event matches %j', (pattern) => {
  expect(reach(pattern)).toBe('always');
});

test.each([
  [{ outcome: ['success'] }],
  [{ action: [{ wildcard: '*.mfa.*' }] }],
  [{ action: [{ 'equals-ignore-case': 'User.Login' }] }],
  [{ actor: { id: [{ 'anything-but': ['anonymous'] }] } }],
  [{ context: { ip: ['::1', { cidr: '10.0.0.0/8' }] } }],
  [{ http: { statusCode: [{ numeric: ['>=', 500] }] } }],
  [{ labels: { team: ['billing'], 'a.b': ['c'] } }],
  [{ metadata: { raw: { x: [null, 1, true] } } }],
  [{ changes: { after: ['admin'], 'before.role': ['reader'] } }],
  [{ actor: { mfa: [false] } }],
  [{ error: { name: [{ exists: false }] } }],
  [{ targets: { type: [{ exists: false }] } }],
  [{ http: { statusCode: [{ numeric: ['>=', 200] }, { exists: false }] } }],
  [{ http: { statusCode: [{ numeric: ['<', 599] }, { exists: false }] } }],
])('some events match %j', (pattern) => {
  expect(reach(pattern)).toBe('some');
});

test('a value that no event has is found among good ones', () => {
  const dead = deadValuesOf(
    parseFilter({ outcome: ['failure', 'deny'], actor: { id: ['jo', { exists: false }] } }),
  );
  expect(dead.map(({ path, value }) => [path, value])).toEqual([
    ['actor.id', 'absent'],
    ['outcome', 'deny'],
  ]);
});

test('"never" and "always" hold for whatever events come', () => {
  const events = [...CORPUS.filter((_, i) => i % 20 === 0), ...EVENTS];
  const seen = { never: 0, always: 0, some: 0 };
  fc.assert(
    fc.property(anyPattern, (pattern) => {
      const filter = parseFilter(pattern);
      const { kind } = reachOf(filter);
      seen[kind]++;
      const against =
        kind === 'some' ? undefined : events.find((event) => matches(filter, event) !== (kind === 'always'));
      expect(against).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(150);
});

test.each([
  [{ outcome: ['failure'], action: ['user.login'] }, { outcome: [{ 'anything-but': ['success'] }] }, true],
  [{ outcome: [{ prefix: 'fail' }] }, { outcome: ['failure', 'denied'] }, true],
  [{ action: [{ prefix: 'a.' }, 'b.c'] }, { action: ['b.c', 'd.e', { prefix: 'a.' }] }, true],
  [{ colour: ['red'] }, {}, true],
  [{ $or: [{ outcome: ['error'] }, { outcome: ['denied'] }] }, { outcome: ['error', 'denied'] }, true],
  [{ message: [{ exists: false }] }, { message: [{ exists: false }, ''] }, true],
  [{ outcome: ['failure'] }, { outcome: ['failure'], action: ['user.login'] }, false],
  [{ message: ['x', { exists: false }] }, { message: ['x'] }, false],
  // One target has no owner, and another has: which of them is asked hangs on the name.
  [
    { targets: { name: ['a'], ownerId: [{ exists: false }] } },
    { targets: { ownerId: [{ exists: false }] } },
    false,
  ],
])('%j implies %j: %j', (narrow, wide, expected) => {
  expect(implies(parseFilter(narrow), parseFilter(wide))).toBe(expected);
});

test('what a pattern implies holds for whatever events come', () => {
  let implied = 0;
  fc.assert(
    fc.property(anyPattern, anyPattern, (one, other) => {
      for (const [a, b] of [
        [one, other],
        [{ ...other, ...one }, other],
        [one, { $or: [one, other] }],
      ] as const) {
        const [narrow, wide] = [parseFilter(a), parseFilter(b)];
        if (!implies(narrow, wide)) continue;
        implied++;
        expect(EVENTS.find((event) => matches(narrow, event) && !matches(wide, event))).toBeUndefined();
      }
    }),
    { numRuns: 1_500 },
  );
  expect(implied).toBeGreaterThan(500);
});
