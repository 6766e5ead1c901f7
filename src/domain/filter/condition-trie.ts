/** Files sets of conditions so that an event visits few of them: a full leaf is split by the field that keeps most
 * events out, so that a tenant's filters lie together and within them those of one source, one action, … */
import type { ConditionSets } from './condition-sets.ts';
import type { ConditionTable } from './condition-table.ts';

/** A leaf with more sets than this is split, if a split helps. */
const LEAF = 24;
/** So many children are searched one by one; more get a map. */
const FEW = 8;
/** A split must leave at most this share of the sets to look at. */
const WORTH = 0.7;

class Node {
  /** The condition that all sets below have, and the parent has not split by yet. -1: root, or its parent's rest. */
  readonly condition: number;
  readonly parent: Node | undefined;
  /** Where it is in its parent's list. */
  at = 0;
  /** Sets that are not filed further down. Empty once the node is split. */
  readonly sets: number[] = [];
  /** A leaf that could not be split is looked at again when it has this many sets. */
  tryAt = LEAF + 1;
  split: Split | undefined = undefined;

  constructor(condition: number, parent: Node | undefined) {
    this.condition = condition;
    this.parent = parent;
  }
}

interface Split {
  readonly field: number;
  /** Children whose condition is a plain list of values: found through the event's value. */
  readonly plain: Node[];
  /** Children whose condition must be tested. */
  readonly tested: Node[];
  byCondition: Map<number, Node> | undefined;
  /** Sets without a condition on the field. */
  rest: Node | undefined;
}

export class ConditionTrie {
  readonly #table: ConditionTable;
  readonly #all: ConditionSets;
  readonly #root = new Node(-1, undefined);
  readonly #nodeOf: Node[] = [];
  #positionOf = new Int32Array(64);

  constructor(table: ConditionTable, sets: ConditionSets) {
    this.#table = table;
    this.#all = sets;
  }

  add(set: number): void {
    let node = this.#root;
    while (node.split !== undefined) node = this.#childFor(node, node.split, set);
    this.#put(node, set);
    if (node.sets.length >= node.tryAt) this.#trySplit(node);
  }

  remove(set: number): void {
    let node = this.#nodeOf[set] as Node;
    const last = node.sets.pop() as number;
    if (last !== set) {
      const position = this.#positionOf[set] as number;
      node.sets[position] = last;
      this.#positionOf[last] = position;
    }
    while (node.sets.length === 0 && node.split === undefined && node.parent !== undefined) {
      const { parent } = node;
      this.#detach(node, parent);
      node = parent;
    }
  }

  /** Hands over every set whose conditions all hold, each by itself, for the event that the table has read. */
  visit(found: (set: number) => void): void {
    this.#visit(this.#root, found);
  }

  #visit(node: Node, found: (set: number) => void): void {
    const { split, sets } = node;
    for (let i = 0; i < sets.length; i++) {
      const set = sets[i] as number;
      if (this.#holds(set)) found(set);
    }
    if (split === undefined) return;
    const table = this.#table;
    if (split.plain.length > 0) {
      const satisfied = table.satisfied(split.field);
      if (satisfied.length <= split.plain.length) {
        for (let i = 0; i < satisfied.length; i++) {
          const child = childOf(split, split.plain, satisfied[i] as number);
          if (child !== undefined) this.#visit(child, found);
        }
      } else for (const child of split.plain) if (table.holds(child.condition)) this.#visit(child, found);
    }
    for (let i = 0; i < split.tested.length; i++) {
      const child = split.tested[i] as Node;
      if (table.holds(child.condition)) this.#visit(child, found);
    }
    if (split.rest !== undefined) this.#visit(split.rest, found);
  }

  #holds(set: number): boolean {
    const { pool } = this.#all;
    const end = this.#all.end(set);
    for (let i = this.#all.start(set); i < end; i++) if (!this.#table.holds(pool[i] as number)) return false;
    return true;
  }

  #put(node: Node, set: number): void {
    if (set >= this.#positionOf.length) {
      const positions = new Int32Array(Math.ceil(Math.max(set + 1, this.#positionOf.length * 1.5)));
      positions.set(this.#positionOf);
      this.#positionOf = positions;
    }
    this.#nodeOf[set] = node;
    this.#positionOf[set] = node.sets.push(set) - 1;
  }

  #conditionOn(field: number, set: number): number {
    const { pool } = this.#all;
    const end = this.#all.end(set);
    for (let i = this.#all.start(set); i < end; i++) {
      const condition = pool[i] as number;
      if (this.#table.fieldOf(condition) === field) return condition;
    }
    return -1;
  }

  /** The child that a set belongs to, made if need be. */
  #childFor(node: Node, split: Split, set: number): Node {
    const condition = this.#conditionOn(split.field, set);
    if (condition < 0) {
      split.rest ??= new Node(-1, node);
      return split.rest;
    }
    const list = this.#table.isPlain(condition) ? split.plain : split.tested;
    const known = childOf(split, list, condition);
    if (known !== undefined) return known;
    const child = new Node(condition, node);
    child.at = list.push(child) - 1;
    if (split.byCondition !== undefined) split.byCondition.set(condition, child);
    else if (list.length > FEW)
      split.byCondition = new Map([...split.plain, ...split.tested].map((each) => [each.condition, each]));
    return child;
  }

  #detach(node: Node, parent: Node): void {
    const split = parent.split as Split;
    if (split.rest === node) split.rest = undefined;
    else {
      const list = split.plain[node.at] === node ? split.plain : split.tested;
      const last = list.pop() as Node;
      if (last !== node) {
        list[node.at] = last;
        last.at = node.at;
      }
      split.byCondition?.delete(node.condition);
    }
    if (split.plain.length === 0 && split.tested.length === 0 && split.rest === undefined) {
      parent.split = undefined;
      parent.tryAt = LEAF + 1;
    }
  }

  #trySplit(node: Node): void {
    const field = this.#bestField(node);
    if (field < 0) {
      node.tryAt = node.sets.length * 2;
      return;
    }
    const sets = node.sets.splice(0);
    node.split = { field, plain: [], tested: [], byCondition: undefined, rest: undefined };
    for (const set of sets) this.#put(this.#childFor(node, node.split, set), set);
    const { plain, tested, rest } = node.split;
    for (const child of [...plain, ...tested, ...(rest === undefined ? [] : [rest])])
      if (child.sets.length > LEAF) this.#trySplit(child);
  }

  /** The field whose split leaves least to do for an event, or -1 if none is worth it. */
  #bestField({ sets, parent }: Node): number {
    const { pool } = this.#all;
    const done = new Set<number>();
    for (let above = parent; above?.split !== undefined; above = above.parent) done.add(above.split.field);
    const counts = new Map<number, Map<number, number>>();
    for (const set of sets) {
      const end = this.#all.end(set);
      for (let i = this.#all.start(set); i < end; i++) {
        const condition = pool[i] as number;
        const field = this.#table.fieldOf(condition);
        if (done.has(field)) continue;
        let groups = counts.get(field);
        if (groups === undefined) {
          groups = new Map();
          counts.set(field, groups);
        }
        groups.set(condition, (groups.get(condition) ?? 0) + 1);
      }
    }
    let best = -1;
    let least = sets.length * WORTH;
    for (const [field, groups] of counts) {
      let work = sets.length;
      for (const [condition, count] of groups) {
        work -= count * (1 - this.#table.likelihood(condition));
        // A plain condition is found by the value; the others cost a test each, as much as looking at a set.
        if (!this.#table.isPlain(condition)) work++;
      }
      if (work < least) {
        least = work;
        best = field;
      }
    }
    return best;
  }
}

function childOf(split: Split, list: readonly Node[], condition: number): Node | undefined {
  if (split.byCondition !== undefined) return split.byCondition.get(condition);
  for (let i = 0; i < list.length; i++) {
    const child = list[i] as Node;
    if (child.condition === condition) return child;
  }
  return undefined;
}
