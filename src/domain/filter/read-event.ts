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
  /** By step. `null`: a key seen in events that leads to no field, remembered so that it is looked at once. */
  readonly children: Map<string, PathTree | null>;
  /** How many children lead to fields. */
  branches: number;
  /** The field that ends here, or -1. */
  field: number;
}

export type Sink = (field: number, value: Value, place: Place | undefined) => void;

/** Arrays directly inside arrays are followed this far: a JSON text can nest deeper than the stack. */
const MAX_NESTED_ARRAYS = 256;
/** So many keys that lead nowhere are remembered, and none that is longer. */
const MAX_REMEMBERED = 256;
const MAX_REMEMBERED_LENGTH = 64;

export function pathTree(): PathTree {
  return { children: new Map(), branches: 0, field: -1 };
}

/** The node of a path, made if need be. */
export function growPath(tree: PathTree, steps: readonly string[]): PathTree {
  let node = tree;
  for (const step of steps) {
    let next = node.children.get(step);
    if (next === undefined || next === null) {
      next = pathTree();
      node.children.set(step, next);
      node.branches++;
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
  if (next === undefined || next === null) return;
  prunePath(next, steps, depth + 1);
  if (next.field >= 0 || next.branches > 0) return;
  tree.children.delete(step);
  tree.branches--;
}

/** Hands every leaf of an event that is at a path of the tree to the sink. */
export class EventReader {
  readonly #tree: PathTree;
  readonly #sink: Sink;
  #arrays = 0;

  constructor(tree: PathTree, sink: Sink) {
    this.#tree = tree;
    this.#sink = sink;
  }

  /** An event that is no object has no leaves. */
  read(event: unknown): void {
    this.#arrays = 0;
    if (typeof event === 'object' && event !== null && !Array.isArray(event))
      this.#readObject(this.#tree, event as Readonly<Record<string, unknown>>, undefined);
  }

  #readObject(node: PathTree, object: Readonly<Record<string, unknown>>, place: Place | undefined): void {
    const { children } = node;
    const keys = Object.keys(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      let child = children.get(key);
      if (child === undefined) child = learn(node, key);
      if (child === null) continue;
      const value = object[key];
      if (typeof value === 'object' && value !== null) this.#readNested(child, value, place, 0);
      else if (child.field >= 0 && isLeaf(value)) this.#sink(child.field, value, place);
    }
  }

  #readNested(node: PathTree, value: object, place: Place | undefined, nested: number): void {
    if (Array.isArray(value)) this.#readArray(node, value, place, nested);
    else if (node.branches > 0) this.#readObject(node, value as Readonly<Record<string, unknown>>, place);
  }

  #readArray(node: PathTree, array: readonly unknown[], place: Place | undefined, nested: number): void {
    if (nested > MAX_NESTED_ARRAYS) return;
    const number = this.#arrays++;
    for (let index = 0; index < array.length; index++) {
      const element = array[index];
      if (typeof element === 'object' && element !== null)
        this.#readNested(node, element, { array: number, index, parent: place }, nested + 1);
      else if (node.field >= 0 && isLeaf(element)) this.#sink(node.field, element, place);
    }
  }
}

/** Where a key leads that is no step of the tree: a dot in an event's key is the same as a level, as AWS has it. */
function learn(tree: PathTree, key: string): PathTree | null {
  if (key.includes('.')) {
    let node: PathTree = tree;
    for (const step of key.split('.')) {
      const next = node.children.get(step);
      if (next === undefined || next === null) return null;
      node = next;
    }
    return node;
  }
  if (key.length <= MAX_REMEMBERED_LENGTH && tree.children.size - tree.branches < MAX_REMEMBERED)
    tree.children.set(key, null);
  return null;
}

function isLeaf(value: unknown): value is Value {
  return (
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
  );
}
