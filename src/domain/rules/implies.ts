/** Whether one pattern takes every event that another takes. Says so only where it is certain. */

import { mayBeSeveral } from '../event/several.ts';
import { accepts, type Condition, type Test } from '../filter/condition.ts';
import { type Branch, type Filter, testKey } from '../filter/parse-filter.ts';
import { takesAll } from './can-hold.ts';
import { fieldAt } from './event-fields.ts';
import { reachOf } from './reach.ts';

/** Every event that `narrow` matches `wide` matches too. */
export function implies(narrow: Filter, wide: Filter): boolean {
  if (reachOf(wide).kind === 'always') return true;
  return narrow.branches.every((branch) => wide.branches.some((other) => branchImplies(branch, other)));
}

/** The same patterns, however they are written. */
export function areEqual(a: Filter, b: Filter): boolean {
  const keys = ({ branches }: Filter) =>
    branches.map((branch) => branch.map(({ key }) => key).join('\n')).sort();
  return JSON.stringify(keys(a)) === JSON.stringify(keys(b));
}

function branchImplies(narrow: Branch, wide: Branch): boolean {
  if (narrow.map(({ key }) => key).join('\n') === wide.map(({ key }) => key).join('\n')) return true;
  return wide.every((condition) => {
    const stricter = narrow.find(({ path }) => path === condition.path);
    return stricter !== undefined && conditionImplies(stricter, condition);
  });
}

function conditionImplies(narrow: Condition, wide: Condition): boolean {
  // Which element of a list lacks a field hangs on all conditions together.
  if (narrow.absent && (!wide.absent || mayBeSeveral(narrow.path))) return false;
  const field = fieldAt(narrow.path);
  if (field !== undefined && field !== 'group') {
    if (takesAll(field.kind, wide)) return true;
    if (field.kind.kind === 'choice')
      return field.kind.values.every((value) => !accepts(narrow, value) || accepts(wide, value));
  }
  const known = new Set(wide.tests.map(testKey));
  const isKnown = (test: Test) => known.has(testKey(test));
  return narrow.values.every((value) => accepts(wide, value)) && narrow.tests.every(isKnown);
}
