import { expect, test } from '@jest/globals';
import { demoRules } from '../../demo/demo-rules.ts';
import { bundledRecords } from '../../demo/player.ts';
import { makeRuleIndex } from '../../src/detect/rule-index.ts';
import { lintRules } from '../../src/domain/rules/lint.ts';
import { runRuleTest } from '../../src/domain/rules/rule-tests.ts';

test('the demo has rules that are well, each with records that it is about', () => {
  const { rules } = demoRules();
  expect(rules.length).toBeGreaterThan(5);
  expect(lintRules(rules)).toEqual([]);
  for (const rule of rules)
    for (const one of rule.tests) expect(runRuleTest(rule, one)).toMatchObject({ kind: 'passed' });
  const match = makeRuleIndex(rules);
  const hit = new Set(bundledRecords().flatMap((record) => match(record).map(({ rule }) => rule.id)));
  expect(rules.map(({ id }) => id).filter((id) => !hit.has(id))).toEqual([]);
});
