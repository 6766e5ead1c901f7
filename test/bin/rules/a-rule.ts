/** Builds a rule of a file's words; a test names only what matters to it. */
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import type { Rule } from '../../../src/domain/rules/rule.ts';

export function aRule(fields: Readonly<Record<string, unknown>> = {}): Rule {
  const value = {
    id: 'mfa-disabled',
    name: 'MFA switched off',
    why: 'An account that is taken over loses it first.',
    kind: 'match',
    pattern: { action: ['mfa.disabled'] },
    severity: 'high',
    title: 'MFA off for {actor.id}',
    tests: [],
    ...fields,
  };
  const { book, faults } = parseRules([{ file: 'rule.yaml', value }]);
  if (book.rules[0] === undefined) throw new Error(faults.join('\n'));
  return book.rules[0];
}
