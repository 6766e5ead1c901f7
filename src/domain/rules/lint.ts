/** Finds what is wrong with rules that are right as text: those that can never fire, fire on everything, end what they
 * begin, or are there twice. */
import { matches } from '../filter/index.ts';
import type { Finding, Found } from './finding.ts';
import { areEqual, implies } from './implies.ts';
import { lintPaths } from './lint-paths.ts';
import { lintPattern } from './lint-pattern.ts';
import { lintValues } from './lint-values.ts';
import { reachOf } from './reach.ts';
import type { Rule } from './rule.ts';
import { completed } from './rule-tests.ts';

/** In the order of the rules. */
export function lintRules(rules: readonly Rule[]): readonly Finding[] {
  return rules.flatMap((rule, i) =>
    [...lintRule(rule), ...duplicateOf(rule, rules.slice(0, i))].map((found) => ({
      ...found,
      rule: rule.id,
      ...(rule.file !== undefined && { file: rule.file }),
    })),
  );
}

function lintRule(rule: Rule): readonly Found[] {
  return [
    ...lintPattern(rule.filter, 'pattern'),
    ...alwaysMatches(rule),
    ...lintValues(rule),
    ...lintPaths(rule),
    ...lintResolve(rule),
    ...lintWords(rule),
  ];
}

/** A silence is often about everything; of any other kind that is a rule nobody has finished. */
function alwaysMatches({ filter, condition }: Rule): readonly Found[] {
  if (condition.kind === 'silence' || reachOf(filter).kind !== 'always') return [];
  return [
    {
      level: 'warning',
      path: 'pattern',
      problem: 'always-matches',
      message: 'matches every event; say which events are meant',
    },
  ];
}

function lintResolve({ filter, resolvedBy, tests }: Rule): readonly Found[] {
  if (resolvedBy === undefined) return [];
  const found = lintPattern(resolvedBy.filter, 'resolve.pattern');
  if (found.some(({ problem }) => problem === 'never-matches')) return found;
  const itself = { path: 'resolve.pattern', problem: 'resolves-itself' } as const;
  if (implies(filter, resolvedBy.filter))
    return [
      ...found,
      {
        ...itself,
        level: 'error',
        message:
          'matches every event that makes the alert fire, and would end it at once; leave those events out',
      },
    ];
  const both = tests
    .filter(({ expect }) => expect === 'match')
    .find(({ event }) => {
      const whole = completed(event);
      return matches(filter, whole) && matches(resolvedBy.filter, whole);
    });
  return both === undefined
    ? found
    : [
        ...found,
        {
          ...itself,
          level: 'warning',
          message: `matches the event of the test "${both.name}" as well as the pattern does: it would fire and end at once`,
        },
      ];
}

function lintWords({ why, filter, tests }: Rule): readonly Found[] {
  const found: Found[] = [];
  if (why.trim() === '')
    found.push({
      level: 'warning',
      path: 'why',
      problem: 'no-why',
      message: 'says nothing; say what an attack or a mistake looks like that this finds',
    });
  const missing = (['match', 'no match'] as const)
    .filter((expect) => !tests.some((test) => test.expect === expect))
    // Nothing could be expected not to match.
    .filter((expect) => expect === 'match' || reachOf(filter).kind !== 'always');
  if (missing.length > 0)
    found.push({
      level: 'warning',
      path: 'tests',
      problem: 'untested',
      message: `has no test with expect: ${missing.join(' and none with expect: ')}; add one`,
    });
  return found;
}

/** The same events, counted the same way: whoever hears of the one hears of the other. */
function duplicateOf(rule: Rule, before: readonly Rule[]): readonly Found[] {
  const sameWay = (other: Rule) =>
    JSON.stringify(other.condition) === JSON.stringify(rule.condition) &&
    JSON.stringify([...other.groupBy].sort()) === JSON.stringify([...rule.groupBy].sort());
  const twin = before.find((other) => sameWay(other) && areEqual(other.filter, rule.filter));
  if (twin === undefined) return [];
  return [
    {
      level: 'warning',
      path: 'pattern',
      problem: 'duplicate',
      message: `takes the same events in the same way as ${twin.id}; keep one of them`,
    },
  ];
}
