/** Finds, among very many filters, all that match an event: in time that grows with the matches, not the filters. */
import { ConditionSets } from './condition-sets.ts';
import { ConditionTable } from './condition-table.ts';
import { ConditionTrie } from './condition-trie.ts';
import type { Branch, Filter } from './parse-filter.ts';
import { holdTogether } from './same-element.ts';

/**
 * Filters under ids, for matching many at once. It agrees with `matches` on every filter and event.
 *
 * Equal conditions are stored and decided once; equal filters are stored once whoever they belong to. It reads of an
 * event just the fields that some filter names. It is for one thread, and `match` must not be called from within
 * itself.
 */
export class FilterIndex<Id> {
  readonly #table = new ConditionTable();
  readonly #sets = new ConditionSets();
  readonly #trie = new ConditionTrie(this.#table, this.#sets);
  /** Who has a set: one entry, or several. */
  readonly #owners: (number | Set<number>)[] = [];
  readonly #entries = new Map<Id, number>();
  readonly #ids: (Id | undefined)[] = [];
  /** The sets of an entry: one, or for a filter with `$or` one a branch. */
  readonly #setsOf: (number | readonly number[])[] = [];
  readonly #freeEntries: number[] = [];
  #found: Id[] = [];
  #foundByBranch: Set<number> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** Files a filter under an id; the same id again replaces the filter. */
  add(id: Id, filter: Filter): void {
    if (this.#entries.has(id)) this.remove(id);
    const entry = this.#freeEntries.pop() ?? this.#ids.length;
    const { branches } = filter;
    this.#entries.set(id, entry);
    this.#ids[entry] = id;
    this.#setsOf[entry] =
      branches.length === 1
        ? this.#own(branches[0] as Branch, entry)
        : branches.map((branch) => this.#own(branch, entry));
  }

  /** Whether there was a filter of that id. */
  remove(id: Id): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    const sets = this.#setsOf[entry] as number | readonly number[];
    if (typeof sets === 'number') this.#disown(sets, entry);
    else for (const set of sets) this.#disown(set, entry);
    this.#ids[entry] = undefined;
    this.#setsOf[entry] = -1;
    this.#freeEntries.push(entry);
    return true;
  }

  /** The ids of all filters that match, each once, in no particular order. `event` as in `matches`. */
  match(event: unknown): readonly Id[] {
    this.#found = [];
    this.#foundByBranch = undefined;
    this.#table.read(event);
    this.#trie.visit(this.#collect);
    return this.#found;
  }

  readonly #collect = (set: number): void => {
    const start = this.#sets.start(set);
    const end = this.#sets.end(set);
    if (this.#table.mayConflict(this.#sets.pool, start, end) && !this.#holdsTogether(start, end)) return;
    const owners = this.#owners[set] as number | Set<number>;
    if (typeof owners === 'number') this.#find(owners);
    else for (const owner of owners) this.#find(owner);
  };

  #find(entry: number): void {
    if (typeof this.#setsOf[entry] !== 'number') {
      this.#foundByBranch ??= new Set();
      if (this.#foundByBranch.has(entry)) return;
      this.#foundByBranch.add(entry);
    }
    this.#found.push(this.#ids[entry] as Id);
  }

  #holdsTogether(start: number, end: number): boolean {
    const ids = [...this.#sets.pool.subarray(start, end)];
    const path = (id: number): string => this.#table.condition(id).path;
    ids.sort((a, b) => (path(a) < path(b) ? -1 : 1));
    return holdTogether(
      ids.map((id) => this.#table.condition(id)),
      ids.map((id) => this.#table.valuesFor(id)),
    );
  }

  /** Files a branch as the entry's, or adds the entry to those who have the same. */
  #own(branch: Branch, entry: number): number {
    const known = branch.map((condition) => this.#table.find(condition)).sort(ascending);
    const same = known.length > 0 && (known[0] as number) < 0 ? -1 : this.#sets.find(known);
    if (same >= 0) {
      const owners = this.#owners[same] as number | Set<number>;
      if (typeof owners === 'number') this.#owners[same] = new Set([owners, entry]);
      else owners.add(entry);
      return same;
    }
    const set = this.#sets.add(branch.map((condition) => this.#table.acquire(condition)).sort(ascending));
    this.#owners[set] = entry;
    this.#trie.add(set);
    return set;
  }

  #disown(set: number, entry: number): void {
    const owners = this.#owners[set] as number | Set<number>;
    if (typeof owners !== 'number' && owners.size > 1) {
      owners.delete(entry);
      return;
    }
    this.#owners[set] = -1;
    this.#trie.remove(set);
    const { pool } = this.#sets;
    const end = this.#sets.end(set);
    for (let i = this.#sets.start(set); i < end; i++) this.#table.release(pool[i] as number);
    this.#sets.remove(set);
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
