/** Whatever a file says, the parser answers; and what it made of a file says the same again. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ParsedRules, parseRules } from '../../../src/domain/rules/parse-rules.ts';
import type { Rule } from '../../../src/domain/rules/rule.ts';
import { spanText } from '../../../src/domain/rules/span.ts';
import { broken, policies, rules } from './any-rule-file.ts';

const files = fc.constantFrom('a.yaml', 'sub/b.yml', 'policy.yaml', 'team/policy.json');

function isSound({ book, faults }: ParsedRules): void {
  for (const fault of faults)
    expect(fault).toMatch(/^(a\.yaml|sub\/b\.yml|policy\.yaml|team\/policy\.json)[:,] /);
  expect(new Set(book.rules.map(({ id }) => id)).size).toBe(book.rules.length);
}

test('any values make an answer, never an exception', () => {
  const value = fc.oneof(
    fc.anything({
      withNullPrototype: true,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
    }),
    fc.record({ rules: fc.array(fc.anything()) }),
    broken(rules),
    broken(policies),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ file: files, value }), { maxLength: 4 }), (documents) => {
      isSound(parseRules(documents));
    }),
    { numRuns: 1_000 },
  );
});

test('a rule that refers to itself is refused', () => {
  const value: Record<string, unknown> = { id: 'x' };
  value.pattern = value;
  value.resolve = value;
  isSound(parseRules([{ file: 'a.yaml', value }]));
});

test('a rule written out in full is the same rule', () => {
  fc.assert(
    fc.property(rules, (value) => {
      const parsed = parseRules([{ file: 'a.yaml', value }]);
      const again = parseRules([{ file: 'a.yaml', value: writtenOut(parsed.book.rules[0] as Rule) }]);
      expect(again).toEqual(parsed);
    }),
    { numRuns: 300 },
  );
});

test('documents may travel as JSON', () => {
  fc.assert(
    fc.property(fc.oneof(broken(rules), broken(policies)), files, (value, file) => {
      const documents = [{ file, value }];
      expect(parseRules(JSON.parse(JSON.stringify(documents)))).toEqual(parseRules(documents));
    }),
    { numRuns: 300 },
  );
});

function writtenOut(rule: Rule): object {
  const { condition, quietMs, repeatMs, mergeMs, latenessMs, runbookUrl, resolvedBy, ...same } = rule;
  const { filter: _, file: __, ...fields } = same;
  const isSilence = condition.kind === 'silence';
  return {
    ...fields,
    kind: condition.kind,
    ...('count' in condition && { count: condition.count, window: spanText(condition.windowMs) }),
    ...('field' in condition && { field: condition.field }),
    ...('learningMs' in condition && { learning: spanText(condition.learningMs) }),
    ...('afterMs' in condition && { after: spanText(condition.afterMs) }),
    ...(runbookUrl !== undefined && { runbook: runbookUrl }),
    ...(!isSilence && {
      resolve: { after: spanText(quietMs), ...(resolvedBy && { pattern: resolvedBy.pattern }) },
      merge: spanText(mergeMs),
    }),
    repeat: spanText(repeatMs),
    lateness: spanText(latenessMs),
  };
}
