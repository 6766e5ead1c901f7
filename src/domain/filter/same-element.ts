/** Conditions on fields of an array's objects must hold in the same element: finds out whether they can.
 *
 * AWS's matcher takes the fields in the order of their names; each choice of a value fixes the elements it stands in,
 * and a field counts as absent when no value of it is compatible with the elements fixed so far. So does this, but
 * it remembers what has failed: the time grows with the size of the event, not with the product of its arrays. */
import { accepts, type Condition, type Value } from './condition.ts';
import type { Place } from './read-event.ts';

/** The values of one field, in reading order, with their places. */
export interface FieldValues {
  readonly values: readonly Value[];
  readonly places: readonly (Place | undefined)[];
}

/** Whether all conditions, sorted by path, hold together; `fields[i]` are the values of `conditions[i]`. */
export function holdTogether(conditions: readonly Condition[], fields: readonly FieldValues[]): boolean {
  const accepted = conditions.map((condition, i) => {
    const { values, places } = fields[i] as FieldValues;
    return elements(places.filter((_, j) => accepts(condition, values[j] as Value)));
  });
  const existing = conditions.map((condition, i) =>
    condition.absent ? elements((fields[i] as FieldValues).places) : undefined,
  );
  const relevant = arraysFrom(accepted, existing);
  const fixed = new Map<number, number>();
  const failed = new Set<string>();

  const search = (k: number): boolean => {
    if (k === conditions.length) return true;
    const state = stateOf(k, fixed, relevant[k] as ReadonlySet<number>);
    if (failed.has(state)) return false;
    const there = existing[k];
    if (there !== undefined && compatible(there, fixed).length === 0 && search(k + 1)) return true;
    for (const place of compatible(accepted[k] as Elements, fixed)) {
      const fixing = fix(place, fixed);
      if (search(k + 1)) return true;
      for (const array of fixing) fixed.delete(array);
    }
    failed.add(state);
    return false;
  };
  return search(0);
}

/** The places of a field as a tree: here or in elements of arrays below. */
interface Elements {
  readonly place: Place | undefined;
  /** Whether the field has a value in this element, outside of arrays below. */
  here: boolean;
  readonly arrays: Map<number, Map<number, Elements>>;
}

function elements(places: readonly (Place | undefined)[]): Elements {
  const root: Elements = { place: undefined, here: false, arrays: new Map() };
  const nodeOf = (place: Place | undefined): Elements => {
    if (place === undefined) return root;
    const { arrays } = nodeOf(place.parent);
    let array = arrays.get(place.array);
    if (array === undefined) {
      array = new Map();
      arrays.set(place.array, array);
    }
    let element = array.get(place.index);
    if (element === undefined) {
      element = { place, here: false, arrays: new Map() };
      array.set(place.index, element);
    }
    return element;
  };
  for (const place of places) nodeOf(place).here = true;
  return root;
}

/** The places of the tree that are compatible with the elements fixed so far. No recursion: with hundreds of
 * conditions on deep arrays it would not fit on the stack. */
function compatible(tree: Elements, fixed: ReadonlyMap<number, number>): (Place | undefined)[] {
  const places: (Place | undefined)[] = [];
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.here) places.push(node.place);
    for (const [array, elements] of node.arrays) {
      const index = fixed.get(array);
      if (index === undefined) for (const element of elements.values()) open.push(element);
      else {
        const element = elements.get(index);
        if (element !== undefined) open.push(element);
      }
    }
  }
  return places;
}

/** Fixes the elements that a place stands in; answers the arrays that were free before. */
function fix(place: Place | undefined, fixed: Map<number, number>): number[] {
  const arrays: number[] = [];
  for (let element = place; element !== undefined; element = element.parent)
    if (!fixed.has(element.array)) {
      fixed.set(element.array, element.index);
      arrays.push(element.array);
    }
  return arrays;
}

/** For each k, the arrays that play a part in the conditions from k on. */
function arraysFrom(
  accepted: readonly Elements[],
  existing: readonly (Elements | undefined)[],
): Set<number>[] {
  const result: Set<number>[] = [];
  let later = new Set<number>();
  for (let k = accepted.length - 1; k >= 0; k--) {
    later = new Set(later);
    const collect = (node: Elements): void => {
      for (const [array, elements] of node.arrays) {
        later.add(array);
        for (const element of elements.values()) collect(element);
      }
    };
    collect(accepted[k] as Elements);
    const there = existing[k];
    if (there !== undefined) collect(there);
    result[k] = later;
  }
  return result;
}

function stateOf(k: number, fixed: ReadonlyMap<number, number>, relevant: ReadonlySet<number>): string {
  let state = String(k);
  for (const [array, index] of fixed) if (relevant.has(array)) state += ` ${array}:${index}`;
  return state;
}
