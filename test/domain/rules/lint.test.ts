import { expect, test } from '@jest/globals';
import type { Finding } from '../../../src/domain/rules/finding.ts';
import { lintRules } from '../../../src/domain/rules/lint.ts';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';

const MATCH = { name: 'takes', expect: 'match', event: { action: 'user.login', outcome: 'failure' } };
const NO_MATCH = { name: 'leaves', expect: 'no match', event: { action: 'user.login', outcome: 'success' } };

/** A rule without a fault; a test names only what matters to it. */
function aRule(fields: Readonly<Record<string, unknown>> = {}) {
  const all = {
    id: 'login-failed',
    name: 'A log-in failed',
    why: 'Somebody guesses.',
    kind: 'match',
    pattern: { action: ['user.login'], outcome: ['failure'] },
    severity: 'low',
    title: '{actor.id} failed',
    tests: [MATCH, NO_MATCH],
    ...fields,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function lint(...values: readonly Record<string, unknown>[]): readonly Finding[] {
  const rules = values.map((value, i) => (i === 0 ? value : { ...value, id: `${value.id}-${i}` }));
  const { book, faults } = parseRules([{ file: 'rules.yaml', value: { rules } }]);
  expect(faults).toEqual([]);
  return lintRules(book.rules);
}

const short = (findings: readonly Finding[]) =>
  findings.map(({ level, problem, path }) => `${level} ${problem} ${path}`);

test('a good rule is left in peace', () => {
  expect(lint(aRule())).toEqual([]);
});

test('a pattern that no event matches is an error that says where and what is possible', () => {
  expect(lint(aRule({ pattern: { outcome: ['failed'] } }))).toEqual([
    {
      level: 'error',
      rule: 'login-failed',
      file: 'rules.yaml',
      path: 'pattern.outcome',
      problem: 'never-matches',
      message: 'no event matches: outcome is one of success, failure, denied, error, unknown, got "failed"',
    },
  ]);
});

test.each([
  [{ actor: { idd: ['jo'] } }, 'actor.idd is no field of an event; did you mean actor.id?'],
  [{ actor: ['jo'] }, 'actor holds other fields and no value; name one of them, such as actor.type'],
  [{ tenantId: [{ exists: false }] }, 'tenantId is in every event'],
  [{ error: { name: [{ exists: false }], code: ['E'] } }, 'error.name is there wherever error is'],
  [{ http: { statusCode: ['500'] } }, 'http.statusCode is a number from 100 to 599, got "500"'],
  [{ action: ['login'] }, 'action is in dot.case, such as invoice.approved, got "login"'],
])('%j: %s', (pattern, message) => {
  expect(lint(aRule({ pattern }))[0]?.message).toBe(`no event matches: ${message}`);
});

test('what is dead beside what can match is a warning', () => {
  expect(short(lint(aRule({ pattern: { outcome: ['failure', 'deny', { prefix: 'Err' }] } })))).toEqual([
    'warning dead-value pattern.outcome',
    'warning dead-value pattern.outcome',
  ]);
  const pattern = { $or: [{ outcome: ['failure'] }, { outcome: ['deny'] }] };
  expect(short(lint(aRule({ pattern })))).toEqual(['warning dead-alternative pattern.outcome']);
});

test('a pattern that every event matches is a warning, and none of a silence', () => {
  const tests = [MATCH];
  expect(short(lint(aRule({ pattern: {}, tests })))).toEqual(['warning always-matches pattern']);
  expect(lint(aRule({ kind: 'silence', after: '1h', pattern: {}, tests }))).toEqual([]);
});

test('paths that no event has', () => {
  const findings = lint(
    aRule({
      groupBy: ['actor.mail', 'labels.team'],
      title: '{actr.id} and {metadata.x}',
      message: '{actor}',
    }),
  );
  expect(short(findings)).toEqual([
    'error unknown-path groupBy[0]',
    'error unknown-path title',
    'error unknown-path message',
  ]);
  expect(findings.map(({ message }) => message)).toEqual([
    'actor.mail is no field of an event; did you mean actor.email?',
    'actr.id is no field of an event; did you mean actor.id?',
    'actor holds other fields and no value; name one of them, such as actor.type',
  ]);
});

const distinct = { kind: 'distinct_values', window: '5m' };
test.each([
  [{ ...distinct, field: 'outcome', count: 2 }, 'count'],
  [{ ...distinct, field: 'actor.mfa', count: 3 }, 'count'],
  [{ ...distinct, field: 'source.service', count: 3, pattern: { source: { service: ['a', 'b'] } } }, 'count'],
  [{ kind: 'new_value', field: 'action' }, 'field'],
  [{ kind: 'threshold', count: 2, window: '5m', groupBy: ['id'] }, 'groupBy'],
])('%j never fires', (fields, path) => {
  expect(short(lint(aRule(fields)))).toEqual([`error never-fires ${path}`]);
});

test.each([
  [{ ...distinct, field: 'actor.mfa', count: 2 }],
  [
    {
      ...distinct,
      field: 'source.service',
      count: 3,
      pattern: { source: { service: ['a', { prefix: 'b' }] } },
    },
  ],
  [{ ...distinct, field: 'targets.id', count: 9, pattern: { targets: { id: ['a'] } } }],
  [{ kind: 'new_value', field: 'context.geo.country' }],
  [
    {
      kind: 'new_value',
      field: 'context.geo.country',
      pattern: { context: { geo: { country: ['NZ', { exists: false }] } } },
    },
  ],
])('%j may fire', (fields) => {
  expect(lint(aRule(fields))).toEqual([]);
});

test('an alert that its own events end', () => {
  const wider = { pattern: { outcome: [{ 'anything-but': ['success'] }] } };
  expect(short(lint(aRule({ resolve: wider })))).toEqual(['error resolves-itself resolve.pattern']);
  const overlapping = { pattern: { actor: { type: ['user'] } } };
  expect(short(lint(aRule({ resolve: overlapping })))).toEqual(['warning resolves-itself resolve.pattern']);
  expect(lint(aRule({ resolve: { pattern: { outcome: ['success'] } } }))).toEqual([]);
  expect(short(lint(aRule({ resolve: { pattern: { outcome: ['ok'] } } })))).toEqual([
    'error never-matches resolve.pattern.outcome',
  ]);
});

test('the same rule twice, however it is written', () => {
  const twin = aRule({ pattern: { outcome: ['failure'], action: ['user.login'] }, severity: 'high' });
  expect(lint(aRule(), twin)[0]).toMatchObject({
    problem: 'duplicate',
    rule: 'login-failed-1',
    message: 'takes the same events in the same way as login-failed; keep one of them',
  });
  expect(lint(aRule(), { ...twin, groupBy: ['actor.id'] })).toEqual([]);
});

test('a rule without tests of both kinds', () => {
  expect(lint(aRule({ tests: undefined }))[0]?.message).toBe(
    'has no test with expect: match and none with expect: no match; add one',
  );
  expect(lint(aRule({ tests: [MATCH] }))[0]?.message).toBe('has no test with expect: no match; add one');
});
