/** Finds, among many filters, all that match an event. */
import { matches } from './matches.ts';
import type { Filter } from './parse-filter.ts';

export class FilterIndex<Id> {
  readonly #filters = new Map<Id, Filter>();

  get size(): number {
    return this.#filters.size;
  }

  /** Files a filter under an id; the same id again replaces the filter. */
  add(id: Id, filter: Filter): void {
    this.#filters.set(id, filter);
  }

  /** Whether there was a filter of that id. */
  remove(id: Id): boolean {
    return this.#filters.delete(id);
  }

  /** The ids of all filters that match, each once, in no particular order. */
  match(event: unknown): readonly Id[] {
    const ids: Id[] = [];
    for (const [id, filter] of this.#filters) if (matches(filter, event)) ids.push(id);
    return ids;
  }
}
