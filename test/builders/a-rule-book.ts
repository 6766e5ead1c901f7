/** The book of rules as files have them; throws with what is wrong, so that no test runs without the rule that it means. */
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import type { RuleBook } from '../../src/domain/rules/rule-book.ts';
import { aRuleFile } from './a-rule-file.ts';

export function aRuleBook(...rules: readonly Readonly<Record<string, unknown>>[]): RuleBook {
  const value = { rules: rules.map((rule) => aRuleFile(rule)) };
  const { book, faults } = parseRules([{ file: 'rules.yaml', value }]);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return book;
}
