/** `rules test`: the tests that rules carry, as a table a file. */
import type { Rule } from '../../src/domain/rules/rule.ts';
import { runRuleTest, type TestResult } from '../../src/domain/rules/rule-tests.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { readWords, UsageError } from '../command.ts';
import { table } from '../table.ts';
import { type Paint, painter } from '../terminal.ts';
import { type FoundRules, readRules } from './read-rules.ts';
import type { Work } from './work.ts';

interface Ran {
  readonly rule: Rule;
  readonly tests: readonly { readonly name: string; readonly result: TestResult }[];
}

export const test: Work = {
  usage: 'test [DIR] [--json]',
  about: `test runs the tests that rules carry: whether a rule's pattern takes an event or not. What every event has, and
a test's leaves out, is filled in. It is not well when a test fails, or its event is one that cannot be.`,
  options: '  --json                 for scripts',
  examples: ['test', 'test alerts/identity.yaml'],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, { json: { type: 'boolean' } });
  if (words.length > 1) throw new UsageError(`test takes one folder, got ${words.length}`);
  const found = readRules(words[0]);
  const ran = found.book.rules.map((rule) => ({
    rule,
    tests: rule.tests.map((each) => ({ name: each.name, result: runRuleTest(rule, each) })),
  }));
  for (const fault of found.faults) console.error(visibleLine(fault));
  console.log(
    given.json ? asJson(found, ran) : inWords(ran, painter(process.stdout, process.env)).join('\n'),
  );
  if (found.faults.length > 0) return 2;
  return ran.some(({ tests }) => tests.some(hasFailed)) ? 1 : 0;
}

const hasFailed = ({ result }: Ran['tests'][number]) => result.kind !== 'passed';

function asJson({ dir, faults }: FoundRules, ran: readonly Ran[]): string {
  const rules = ran.map(({ rule: { id, file }, tests }) => ({
    id,
    file,
    tests: tests.map(({ name, result }) => ({ name, ...result })),
  }));
  return JSON.stringify({ dir, faults, rules });
}

function inWords(ran: readonly Ran[], paint: Paint): readonly string[] {
  const byFile = Map.groupBy(ran, ({ rule }) => rule.file ?? '');
  return [
    ...[...byFile].flatMap(([file, rules]) => [paint('bold', file), ...tableOf(rules, paint), '']),
    ...ran.flatMap((each) => failuresOf(each, paint)),
    summary(ran, paint),
  ];
}

function tableOf(ran: readonly Ran[], paint: Paint): readonly string[] {
  const rows = ran.map(({ rule, tests }) => {
    const failed = tests.filter(hasFailed).length;
    const outcome = tests.length === 0 ? 'no tests' : failed === 0 ? 'passed' : 'FAILED';
    return [rule.id, rule.condition.kind, outcome, String(tests.length), String(failed)];
  });
  return table(['rule', 'kind', 'result', 'tests', 'failed'], rows, paint, 3).map((line) => `  ${line}`);
}

function failuresOf({ rule, tests }: Ran, paint: Paint): readonly string[] {
  return tests
    .filter(hasFailed)
    .flatMap(({ name, result }) => [
      paint('red', `FAILED ${rule.file}: rule ${rule.id}: ${visibleLine(name)}`),
      ...reasonsOf(result).map((reason) => `  ${reason}`),
      '',
    ]);
}

function reasonsOf(result: TestResult): readonly string[] {
  switch (result.kind) {
    case 'passed':
      return [];
    case 'impossible':
      return [
        'no event can be like this one:',
        ...result.issues.map(({ path, message }) => `  ${path} ${message}`.trimEnd()),
      ];
    case 'failed':
      if (result.expected === 'no match') return ['expected no match, and the pattern takes the event'];
      return [`expected match, and the pattern does not take the event: ${unmetInWords(result.unmet)}`];
  }
}

function unmetInWords(unmet: readonly string[]): string {
  return unmet.length === 0
    ? 'its fields are not met by the same element of a list'
    : `${unmet.join(', ')} ${unmet.length === 1 ? 'is' : 'are'} not met`;
}

function summary(ran: readonly Ran[], paint: Paint): string {
  const all = ran.flatMap(({ tests }) => tests);
  const failed = all.filter(hasFailed).length;
  const untested = ran.filter(({ tests }) => tests.length === 0).length;
  const counts = `${all.length} tests of ${ran.length} rules: ${all.length - failed} passed, ${failed} failed`;
  const without = untested === 0 ? '' : `; without a test: ${untested}`;
  return paint(failed > 0 ? 'red' : 'green', `${counts}${without}.`);
}
