/** Decides one filter against one event. For many filters use `FilterIndex`: this is what it must agree with. */
import { accepts, type Condition, type Value } from './condition.ts';
import type { Branch, Filter } from './parse-filter.ts';
import { EventReader, growPath, type PathTree, type Place, pathTree } from './read-event.ts';
import { holdTogether } from './same-element.ts';

/** Whether the event matches, exactly as EventBridge decides. `event` is the root object that the pattern's names
 * begin at, parsed from JSON, whatever its shape; anything but an object is an event without fields. */
export function matches(filter: Filter, event: unknown): boolean {
  for (const branch of filter.branches) if (branchMatches(branch, event)) return true;
  return false;
}

function branchMatches(branch: Branch, event: unknown): boolean {
  let certain = true;
  for (const condition of branch) {
    const verdict = look(condition, event);
    if (verdict === 'no') return false;
    if (verdict === 'look closer') certain = false;
  }
  return certain || closeLook(branch, event);
}

/** The quick look: right where a field's way leads through plain objects only. */
function look(condition: Condition, event: unknown): 'yes' | 'no' | 'look closer' {
  const { steps } = condition;
  let value = event;
  for (let i = 0; i < steps.length; i++) {
    if (typeof value !== 'object' || value === null) return without(condition, event);
    if (Array.isArray(value)) return i === 0 ? without(condition, event) : 'look closer';
    const step = steps[i] as string;
    if (!Object.hasOwn(value, step)) return without(condition, event);
    value = (value as Record<string, unknown>)[step];
  }
  if (Array.isArray(value)) {
    for (const element of value) {
      if (typeof element === 'object' && element !== null) return 'look closer';
      if (accepts(condition, element as Value)) return 'yes';
    }
    return value.length === 0 ? without(condition, event) : otherwise(condition, event, 'no');
  }
  if (typeof value === 'object' && value !== null) return without(condition, event);
  if (value === undefined) return without(condition, event);
  return accepts(condition, value as Value) ? 'yes' : otherwise(condition, event, 'no');
}

function without(condition: Condition, event: unknown): 'yes' | 'no' | 'look closer' {
  return otherwise(condition, event, condition.absent ? 'yes' : 'no');
}

/** The verdict, unless a key with a dot on the way may hold the field as well. */
function otherwise<V extends 'yes' | 'no'>(
  condition: Condition,
  event: unknown,
  verdict: V,
): V | 'look closer' {
  let value = event;
  for (const step of condition.steps) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return verdict;
    for (const key in value) if (key.includes('.')) return 'look closer';
    if (!Object.hasOwn(value, step)) return verdict;
    value = (value as Record<string, unknown>)[step];
  }
  return verdict;
}

/** The whole truth: arrays of objects, keys with dots. */
function closeLook(branch: Branch, event: unknown): boolean {
  let tree = trees.get(branch);
  if (tree === undefined) {
    const grown = pathTree();
    branch.forEach((condition, i) => {
      growPath(grown, condition.steps).field = i;
    });
    trees.set(branch, grown);
    tree = grown;
  }
  const fields = branch.map(() => ({ values: [] as Value[], places: [] as (Place | undefined)[] }));
  new EventReader(tree, (field, value, place) => {
    fields[field]?.values.push(value);
    fields[field]?.places.push(place);
  }).read(event);
  return holdTogether(branch, fields);
}

const trees = new WeakMap<Branch, PathTree>();
