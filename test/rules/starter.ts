/** The rules that the package brings, and the table of them in docs/rules.md. */
import { fileURLToPath } from 'node:url';
import { matches } from '../../src/domain/filter/index.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import { spanText } from '../../src/domain/rules/span.ts';
import { readRuleFolder } from '../../src/rule-files/read-rule-folder.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';

export function readStarter() {
  const { documents, faults } = readRuleFolder(
    fileURLToPath(new URL('../../rules/starter', import.meta.url)),
  );
  const { book, faults: wrong } = parseRules(documents);
  return { documents, rules: book.rules, faults: [...faults, ...wrong] };
}

/** How many of the real records a rule takes. */
export function takenOf({ filter }: Rule): number {
  return CORPUS.filter((event) => matches(filter, event)).length;
}

/** The lines of the table, in the order of the files. */
export function starterTable(rules: readonly Rule[]): readonly string[] {
  return [
    '| rule | finds | why | fires | severity | takes |',
    '|---|---|---|---|---|---|',
    ...rules.map((rule) => {
      const why = rule.why.replace(/\. .*$/s, '').replace(/\.$/, '');
      return `| \`${rule.id}\` | ${rule.name} | ${why} | ${fires(rule)} | ${rule.severity} | ${takenOf(rule)} |`;
    }),
  ];
}

function fires({ condition }: Rule): string {
  switch (condition.kind) {
    case 'match':
      return 'at once';
    case 'threshold':
      return `${condition.count} in ${spanText(condition.windowMs)}`;
    case 'distinct_values':
      return `${condition.count} different \`${condition.field}\` in ${spanText(condition.windowMs)}`;
    case 'new_value':
      return `new \`${condition.field}\`, after ${spanText(condition.learningMs)}`;
    case 'silence':
      return `nothing for ${spanText(condition.afterMs)}`;
  }
}
