/** Makes a rule of what a file says, with the defaults for what it leaves out. */
import type { Reading } from '../event/reading.ts';
import { inside } from './field-kinds.ts';
import { checkKindOptions } from './kind-options.ts';
import type { Condition, Rule } from './rule.ts';
import { type ReadRule, ruleShape } from './rule-shape.ts';
import { spanText } from './span.ts';
import { placesOf } from './template.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What holds where a file says nothing. */
export const RULE_DEFAULTS = {
  /** Or the window, where that is longer. */
  quietMs: 15 * MINUTE,
  repeatMs: 4 * HOUR,
  mergeMs: MINUTE,
  latenessMs: 10 * MINUTE,
  maxAlertsPerHour: 100,
  learningMs: 7 * 24 * HOUR,
} as const;

/** Undefined when anything is wrong with it: then `at` has every fault. */
export function parseRule(value: unknown, at: Reading, file: string): Rule | undefined {
  const read = ruleShape(value, at) as Partial<ReadRule> | undefined;
  if (read?.kind !== undefined) {
    checkKindOptions(value as Readonly<Record<string, unknown>>, read.kind, at);
    checkTogether(read, at);
  }
  if (read === undefined || at.issues.length > 0) return undefined;
  return assemble(read as ReadRule, file);
}

/** What is right by itself and wrong beside the rest. */
function checkTogether(rule: Partial<ReadRule>, at: Reading): void {
  const { kind, count, window, field, groupBy = [], resolve } = rule;
  if (kind === 'distinct_values' && count === 1)
    inside('count', at, () =>
      at.note('must be 2 or more for different values, got 1; for one, write kind: match'),
    );
  if (field !== undefined && groupBy.includes(field))
    inside('groupBy', at, () =>
      at.note('has the field whose values are told apart: a group would have one value; take it out'),
    );
  // The new value is part of the group, which has 16 at most.
  if (kind === 'new_value' && groupBy.length > 15)
    inside('groupBy', at, () => at.note('must have at most 15 elements for kind new_value, got 16'));
  if (resolve?.after !== undefined && window !== undefined && resolve.after < window)
    inside('resolve', at, () =>
      inside('after', at, () =>
        at.note(
          `must not be shorter than the window of ${spanText(window)}, got ${spanText(resolve.after as number)}: an alert would end while its events still count`,
        ),
      ),
    );
  for (const name of ['title', 'message'] as const)
    if ((kind === 'match' || kind === 'new_value') && placesOf(rule[name] ?? '').includes('window'))
      inside(name, at, () => at.note(`has {window}, and kind ${kind} has none; take it out`));
}

function assemble(read: ReadRule, file: string): Rule {
  const { id, name, why, severity, title, message, channels, labels, owner, resolve } = read;
  return {
    id,
    name,
    why,
    pattern: read.pattern.pattern,
    filter: read.pattern.filter,
    condition: conditionOf(read),
    severity,
    title,
    ...(message !== undefined && { message }),
    groupBy: read.groupBy ?? [],
    ...(channels !== undefined && { channels }),
    ...(labels !== undefined && { labels }),
    ...(owner !== undefined && { owner }),
    ...(read.runbook !== undefined && { runbookUrl: read.runbook }),
    ...(resolve?.pattern !== undefined && { resolvedBy: resolve.pattern }),
    quietMs: resolve?.after ?? Math.max(RULE_DEFAULTS.quietMs, read.window ?? 0),
    repeatMs: read.repeat ?? RULE_DEFAULTS.repeatMs,
    mergeMs: read.merge ?? RULE_DEFAULTS.mergeMs,
    latenessMs: read.lateness ?? RULE_DEFAULTS.latenessMs,
    maxAlertsPerHour: read.maxAlertsPerHour ?? RULE_DEFAULTS.maxAlertsPerHour,
    tests: read.tests ?? [],
    file,
  };
}

/** That the options of the kind are there was checked before. */
function conditionOf({ kind, count = 1, window = 0, field = '', learning, after = 0 }: ReadRule): Condition {
  switch (kind) {
    case 'match':
      return { kind };
    case 'threshold':
      return { kind, count, windowMs: window };
    case 'distinct_values':
      return { kind, field, count, windowMs: window };
    case 'new_value':
      return { kind, field, learningMs: learning ?? RULE_DEFAULTS.learningMs };
    case 'silence':
      return { kind, afterMs: after };
  }
}
