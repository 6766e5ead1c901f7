/** Which events a pattern can match at all, found from what an event can be and not from examples. "Never" and "always" are
 * certain; where it is not certain it says `some`. */
import { accepts, type Condition, type Test, type Value } from '../filter/condition.ts';
import type { Branch, Filter } from '../filter/parse-filter.ts';
import { canBe, canPass, takesAll } from './can-hold.ts';
import { type Field, fieldAt } from './event-fields.ts';

export type Reach =
  /** `because`: of each alternative (of `$or`), the field that no event satisfies. */
  | { readonly kind: 'never'; readonly because: readonly Obstacle[] }
  | { readonly kind: 'always' }
  /** `obstacles`: of the alternatives that never match, while others may. */
  | { readonly kind: 'some'; readonly obstacles: readonly Obstacle[] };

export interface Obstacle {
  readonly condition: Condition;
  /** `group`: there are fields below it and no value; undefined: no event has it. */
  readonly field: Field | 'group' | undefined;
}

/** Whether valid events match `filter`: none, all, or that depends. */
export function reachOf(filter: Filter): Reach {
  const obstacles = filter.branches.flatMap((branch) => obstacleIn(branch) ?? []);
  if (obstacles.length === filter.branches.length) return { kind: 'never', because: obstacles };
  if (isAlways(filter)) return { kind: 'always' };
  return { kind: 'some', obstacles };
}

/** The condition of a branch that no event satisfies. */
function obstacleIn(branch: Branch): Obstacle | undefined {
  const condition = branch.find((each) => !canHold(each) || isMissedBeside(branch, each));
  return condition && { condition, field: fieldAt(condition.path) };
}

function canHold(condition: Condition): boolean {
  const field = fieldAt(condition.path);
  if (field === undefined || field === 'group') return condition.absent;
  if (condition.absent && !field.isRequired) return true;
  return (
    condition.values.some((value) => canBe(field.kind, value)) ||
    condition.tests.some((test) => canPass(field.kind, test))
  );
}

/** `exists: false` of a field that is there wherever its object is, beside a condition by which the object is there. */
function isMissedBeside(branch: Branch, condition: Condition): boolean {
  if (!condition.absent || condition.values.length + condition.tests.length > 0) return false;
  const field = fieldAt(condition.path);
  if (field === undefined || field === 'group' || field.requiredIn === undefined) return false;
  const { requiredIn } = field;
  return branch.some((other) => !other.absent && other.path.startsWith(`${requiredIn}.`));
}

/** Some branch always holds, or those of one condition alone take all of its field together. */
function isAlways({ branches }: Filter): boolean {
  if (branches.some((branch) => branch.every((condition) => mustHold([condition])))) return true;
  const alone = branches.flatMap((branch) => (branch.length === 1 ? branch : []));
  return [...Map.groupBy(alone, ({ path }) => path).values()].some(mustHold);
}

/** Whether in every event one of these conditions on the same field holds. */
function mustHold(conditions: readonly Condition[]): boolean {
  const field = fieldAt((conditions[0] as Condition).path);
  const absent = conditions.some((condition) => condition.absent);
  if (field === undefined || field === 'group') return absent;
  if (!field.isRequired && !absent) return false;
  if (field.kind.kind === 'choice')
    return field.kind.values.every((value) => conditions.some((condition) => accepts(condition, value)));
  return conditions.some((condition) => takesAll(field.kind, condition));
}

/** What a condition lists beside what can hold, and no event satisfies: a misspelt value among good ones. */
export interface DeadValue {
  readonly path: string;
  readonly field: Field;
  readonly value: Value | Test | 'absent';
}

/** Each once. Conditions of which nothing can hold are obstacles, and not here. */
export function deadValuesOf({ branches }: Filter): readonly DeadValue[] {
  const conditions = new Map(branches.flat().map((condition) => [condition.key, condition]));
  return [...conditions.values()].filter(canHold).flatMap(deadIn);
}

function deadIn({ path, values, tests, absent }: Condition): readonly DeadValue[] {
  const field = fieldAt(path);
  if (field === undefined || field === 'group') return [];
  const dead: (Value | Test | 'absent')[] = [
    ...values.filter((value) => !canBe(field.kind, value)),
    ...tests.filter((test) => !canPass(field.kind, test)),
    ...(absent && field.isRequired ? (['absent'] as const) : []),
  ];
  return dead.map((value) => ({ path, field, value }));
}
