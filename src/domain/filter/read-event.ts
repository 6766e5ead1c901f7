/** Reads from an event the values of just those fields that somebody asks about, and where in arrays they stand. */
import type { Value } from './condition.ts';

/** An element of an array, inside another element or not. Values outside of arrays of objects have no place. */
export interface Place {
  /** Number of the array within this reading; every array has its own. */
  readonly array: number;
  readonly index: number;
  readonly parent: Place | undefined;
}

/** The fields asked about, as a tree of their steps. */
export interface PathTree {
  readonly children: Map<string, PathTree>;
  /** The field that ends here, or -1. */
  field: number;
}

export type Sink = (field: number, value: Value, place: Place | undefined) => void;

/** Arrays directly inside arrays are followed this far: a JSON text can nest deeper than the stack. */
const MAX_NESTED_ARRAYS = 256;

export function pathTree(): PathTree {
  return { children: new Map(), field: -1 };
}

/** The node of a path, made if need be. */
export function growPath(tree: PathTree, steps: readonly string[]): PathTree {
  let node = tree;
  for (const step of steps) {
    let next = node.children.get(step);
    if (next === undefined) {
      next = pathTree();
      node.children.set(step, next);
    }
    node = next;
  }
  return node;
}

/** Takes a field's path out of the tree, and the nodes that only it needed. */
export function prunePath(tree: PathTree, steps: readonly string[], depth = 0): void {
  const step = steps[depth];
  if (step === undefined) {
    tree.field = -1;
    return;
  }
  const next = tree.children.get(step);
  if (next === undefined) return;
  prunePath(next, steps, depth + 1);
  if (next.field < 0 && next.children.size === 0) tree.children.delete(step);
}

/** Hands every leaf of the event that is at a path of the tree to the sink. An event that is no object has none. */
export function readEvent(tree: PathTree, event: unknown, sink: Sink): void {
  let arrays = 0;

  const readObject = (node: PathTree, object: object, place: Place | undefined): void => {
    const keys = Object.keys(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      // A dot in an event's key is the same as a level, as AWS has it.
      const child = node.children.get(key) ?? (key.includes('.') ? follow(node, key) : undefined);
      if (child !== undefined) readValue(child, (object as Record<string, unknown>)[key], place, 0);
    }
  };

  const readValue = (node: PathTree, value: unknown, place: Place | undefined, nested: number): void => {
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) readArray(node, value, place, nested);
      else if (node.children.size > 0) readObject(node, value, place);
    } else if (node.field >= 0 && isLeaf(value)) sink(node.field, value, place);
  };

  const readArray = (
    node: PathTree,
    array: readonly unknown[],
    place: Place | undefined,
    nested: number,
  ): void => {
    if (nested > MAX_NESTED_ARRAYS) return;
    const number = arrays++;
    for (let index = 0; index < array.length; index++) {
      const element = array[index];
      if (typeof element === 'object' && element !== null)
        readValue(node, element, { array: number, index, parent: place }, nested + 1);
      else if (node.field >= 0 && isLeaf(element)) sink(node.field, element, place);
    }
  };

  if (typeof event === 'object' && event !== null && !Array.isArray(event))
    readObject(tree, event, undefined);
}

function follow(tree: PathTree, key: string): PathTree | undefined {
  let node: PathTree | undefined = tree;
  for (const step of key.split('.')) {
    node = node.children.get(step);
    if (node === undefined) return undefined;
  }
  return node;
}

function isLeaf(value: unknown): value is Value {
  return (
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
  );
}
