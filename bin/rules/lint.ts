/** `rules lint`: rules that can never match, match everything, or are wrong in other ways that no single test shows. */
import type { Finding } from '../../src/domain/rules/finding.ts';
import { lintRules } from '../../src/domain/rules/lint.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import { readRuleFolder } from '../../src/rule-files/read-rule-folder.ts';
import { readWords, UsageError } from '../command.ts';
import { table } from '../table.ts';
import { type Paint, painter } from '../terminal.ts';

const OPTIONS = { json: { type: 'boolean' }, strict: { type: 'boolean' } } as const;

/** What lint can say of a folder. */
interface Linted {
  readonly rules: number;
  /** What is wrong with the files: their other rules are looked at all the same. */
  readonly faults: readonly string[];
  readonly findings: readonly Finding[];
}

export async function lint(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, OPTIONS);
  if (words.length > 1) throw new UsageError('lint takes one folder or file of rules');
  const linted = lintFolder(words[0] ?? 'rules');
  if (given.json) console.log(JSON.stringify(linted));
  else console.log(inWords(linted, painter(process.stdout, process.env)).join('\n'));
  const { errors, warnings } = countsOf(linted);
  return errors > 0 || (given.strict === true && warnings > 0) ? 1 : 0;
}

function lintFolder(dir: string): Linted {
  const read = readRuleFolder(dir);
  const { book, faults } = parseRules(read.documents);
  const all = [...read.faults, ...faults];
  // A misspelt folder would be clean.
  if (book.rules.length === 0 && all.length === 0)
    all.push(`${dir}: holds no rules; name the folder or file that does`);
  return { rules: book.rules.length, faults: all, findings: lintRules(book.rules) };
}

function countsOf({ faults, findings }: Linted) {
  const errors = faults.length + findings.filter(({ level }) => level === 'error').length;
  return { errors, warnings: faults.length + findings.length - errors };
}

function inWords(linted: Linted, paint: Paint): readonly string[] {
  const { errors, warnings } = countsOf(linted);
  const lines = linted.faults.map((fault) => `${paint('red', 'error')}  ${fault}`);
  if (linted.findings.length > 0) {
    if (lines.length > 0) lines.push('');
    const rows = linted.findings.map(({ level, rule, path, message }) => [level, rule, path, message]);
    const [titles = '', ...rest] = table(['level', 'rule', 'where', 'what'], rows, paint, 4);
    lines.push(titles.trimEnd(), ...rest.map((line) => colored(line.trimEnd(), paint)));
  }
  if (lines.length > 0) lines.push('');
  lines.push(`${count(linted.rules, 'rule')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  return lines;
}

function colored(line: string, paint: Paint): string {
  return line.replace(/^(error|warning)/, (level) => paint(level === 'error' ? 'red' : 'yellow', level));
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
