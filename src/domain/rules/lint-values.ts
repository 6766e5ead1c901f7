/** Finds rules that match and never fire: they wait for more different values than a field has, or for a second event in a
 * group that has one. */
import { mayBeSeveral } from '../event/several.ts';
import { accepts, type Value } from '../filter/condition.ts';
import type { Filter } from '../filter/parse-filter.ts';
import { fieldAt } from './event-fields.ts';
import type { Found } from './finding.ts';
import type { Rule } from './rule.ts';

export function lintValues({ filter, condition, groupBy }: Rule): readonly Found[] {
  const counts = condition.kind === 'threshold' || condition.kind === 'distinct_values';
  if (counts && condition.count > 1 && groupBy.includes('id'))
    return [
      never('groupBy', 'id is another in every event: each group has one; group by something they share'),
    ];
  if (condition.kind !== 'distinct_values' && condition.kind !== 'new_value') return [];
  const most = valuesLeft(filter, condition.field);
  const needed = condition.kind === 'distinct_values' ? condition.count : 2;
  if (most === undefined || most >= needed) return [];
  const there = `${condition.field} has ${most === 0 ? 'no value' : most === 1 ? 'one value' : `${most} values`} in the events of the pattern`;
  return [
    condition.kind === 'distinct_values'
      ? never('count', `${there}; lower the count, or count another field`)
      : never('field', `${there}, and never a new one; name another field`),
  ];
}

function never(path: string, message: string): Found {
  return { level: 'error', path, problem: 'never-fires', message };
}

/** How many different values of the field the events of a pattern may have; undefined if there is no such bound. */
function valuesLeft(filter: Filter, path: string): number | undefined {
  const field = fieldAt(path);
  if (field === undefined || field === 'group' || mayBeSeveral(path)) return undefined;
  const { kind } = field;
  const possible = new Set<Value>();
  for (const branch of filter.branches) {
    const condition = branch.find((each) => each.path === path);
    // A group may be known by events without a value, and then show its only one.
    if (condition?.absent) return undefined;
    if (kind.kind === 'choice') {
      for (const value of kind.values)
        if (condition === undefined || accepts(condition, value)) possible.add(value);
    } else if (condition === undefined || condition.tests.length > 0) return undefined;
    else for (const value of condition.values) possible.add(value);
  }
  return possible.size;
}
