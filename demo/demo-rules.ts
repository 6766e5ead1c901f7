/** The rules that are beside the bundled records. */
import { fileURLToPath } from 'node:url';
import { parseRules } from '../src/domain/rules/parse-rules.ts';
import type { RuleBook } from '../src/domain/rules/rule-book.ts';
import { readRuleFolder } from '../src/rule-files/read-rule-folder.ts';

export const DEMO_RULES_DIR = fileURLToPath(new URL('rules', import.meta.url));

/** Throws naming what is wrong with them. */
export function demoRules(): RuleBook {
  const { documents, faults } = readRuleFolder(DEMO_RULES_DIR);
  const parsed = parseRules(documents);
  const all = [...faults, ...parsed.faults];
  if (all.length > 0) throw new Error(all.join('\n'));
  return parsed.book;
}
