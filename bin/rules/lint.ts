/** `rules lint`: rules that can never match, match everything, or are wrong in other ways that no single test shows. */
import type { Finding } from '../../src/domain/rules/finding.ts';
import { lintRules } from '../../src/domain/rules/lint.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { readWords, UsageError } from '../command.ts';
import { table } from '../table.ts';
import { type Paint, painter } from '../terminal.ts';
import { readRules } from './read-rules.ts';
import type { Work } from './work.ts';

export const lint: Work = {
  usage: 'lint [DIR] [--strict] [--json]',
  about: `lint finds rules that can never match or fire, match every event, name fields that no event has, end their own
alerts, are there twice, or have no tests. It is not well when it finds an error.`,
  options: '  --strict               lint: not well with a warning either',
  examples: ['lint', 'lint alerts --strict'],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, { json: { type: 'boolean' }, strict: { type: 'boolean' } });
  if (words.length > 1) throw new UsageError(`lint takes one folder, got ${words.length}`);
  const { dir, book, faults } = readRules(words[0]);
  const findings = lintRules(book.rules);
  for (const fault of faults) console.error(visibleLine(fault));
  console.log(
    given.json
      ? JSON.stringify({ dir, faults, rules: book.rules.length, findings })
      : inWords(book.rules.length, findings, painter(process.stdout, process.env)).join('\n'),
  );
  if (faults.length > 0) return 2;
  return findings.some(({ level }) => level === 'error' || given.strict === true) ? 1 : 0;
}

function inWords(rules: number, findings: readonly Finding[], paint: Paint): readonly string[] {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const summary = `${count(rules, 'rule')}: ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}.`;
  return [
    ...(findings.length > 0 ? [...tableOf(findings, paint), ''] : []),
    paint(errors > 0 ? 'red' : findings.length > 0 ? 'yellow' : 'green', summary),
  ];
}

function tableOf(findings: readonly Finding[], paint: Paint): readonly string[] {
  const rows = findings.map(({ level, rule, path, message }) => [
    level,
    rule,
    visibleLine(path),
    visibleLine(message),
  ]);
  return table(['level', 'rule', 'where', 'what'], rows, paint, 4).map((line) =>
    line.trimEnd().replace(/^(error|warning)/, (level) => paint(level === 'error' ? 'red' : 'yellow', level)),
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
