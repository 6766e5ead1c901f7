/** Inline tests: what an event of them is filled in with, and what is said of those that fail. */
import { expect, test } from '@jest/globals';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import type { Rule, RuleTest } from '../../../src/domain/rules/rule.ts';
import { runRuleTest } from '../../../src/domain/rules/rule-tests.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';

const ruleOf = (pattern: unknown) =>
  parseRules([{ file: 'a.yaml', value: aRuleFile({ pattern }) }]).book.rules[0] as Rule;
const run = (pattern: unknown, event: RuleTest['event'], expected: RuleTest['expect'] = 'match') =>
  runRuleTest(ruleOf(pattern), { name: 'x', expect: expected, event });
const PASSED = { kind: 'passed' };

test('an event says what matters to it, and is whole all the same', () => {
  expect(run({ action: ['user.login'] }, { action: 'user.login' })).toEqual(PASSED);
  expect(run({ actor: { type: ['user'], id: ['jo'] } }, { actor: { id: 'jo' } })).toEqual(PASSED);
  expect(run({ source: { service: ['billing'] } }, { source: { service: 'billing' } })).toEqual(PASSED);
  expect(run({ tenantId: [{ exists: true }], recordedAt: [{ exists: true }] }, {})).toEqual(PASSED);
});

test('it is tested as it would be after the door', () => {
  expect(run({ context: { ip: ['2001:db8::1'] } }, { context: { ip: '2001:0db8:0:0:0:0:0:1' } })).toEqual(
    PASSED,
  );
  expect(
    run(
      { labels: { clock_skew: ['behind'] } },
      { occurredAt: '2026-01-01T00:00:00Z', recordedAt: '2026-01-03T00:00:00Z' },
    ),
  ).toEqual(PASSED);
});

test('the old time of an event is no wrong clock', () => {
  expect(run({ labels: [{ exists: false }] }, { occurredAt: '2020-01-01T00:00:00Z' })).toEqual(PASSED);
});

test('a failure says what was expected and which fields are not met', () => {
  const pattern = { action: ['user.login'], outcome: ['failure'], severity: ['high'] };
  expect(run(pattern, { action: 'user.login', severity: 'low' })).toEqual({
    kind: 'failed',
    expected: 'match',
    unmet: ['outcome', 'severity'],
  });
  expect(run(pattern, { action: 'user.login', outcome: 'failure', severity: 'high' }, 'no match')).toEqual({
    kind: 'failed',
    expected: 'no match',
    unmet: [],
  });
});

test('of several alternatives the closest is told', () => {
  const pattern = {
    $or: [
      { action: ['a.b'], outcome: ['failure'] },
      { action: ['c.d'], severity: ['low'] },
    ],
  };
  expect(run(pattern, { action: 'c.d' })).toMatchObject({ unmet: ['severity'] });
});

test('fields that no single element of a list meets are told as such', () => {
  const targets = [
    { type: 'invoice', id: '1' },
    { type: 'order', id: '2' },
  ];
  expect(run({ targets: { type: ['invoice'], id: ['2'] } }, { targets })).toMatchObject({
    kind: 'failed',
    unmet: [],
  });
});

test('an event that can never come in is an error, whatever was expected', () => {
  expect(run({}, { outcome: 'fail' }, 'no match')).toMatchObject({
    kind: 'impossible',
    issues: [{ path: 'outcome' }],
  });
  expect(run({}, { actor: 'jo' })).toMatchObject({ kind: 'impossible', issues: [{ path: 'actor' }] });
});
