/** Builds a valid rule; a test names only what matters to it. */
import { parseFilter } from '../../src/domain/filter/index.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';

const MINUTE = 60_000;

type Fields = Partial<Omit<Rule, 'filter' | 'resolvedBy'>> & { readonly resolvedBy?: unknown };

/** `pattern` and `resolvedBy` as a file has them. */
export function aRule({ resolvedBy, ...fields }: Fields = {}): Rule {
  const rule = {
    id: 'invoice-approved',
    name: 'An invoice is approved',
    why: 'For the test.',
    pattern: { action: ['invoice.approved'] },
    condition: { kind: 'match' },
    severity: 'high',
    title: '{count} of {actor.id}',
    groupBy: [],
    quietMs: 30 * MINUTE,
    repeatMs: 240 * MINUTE,
    mergeMs: MINUTE,
    latenessMs: 10 * MINUTE,
    maxAlertsPerHour: 100,
    tests: [],
    ...fields,
  } as const;
  return {
    ...rule,
    filter: parseFilter(rule.pattern),
    ...(resolvedBy !== undefined && { resolvedBy: { pattern: resolvedBy, filter: parseFilter(resolvedBy) } }),
  };
}
