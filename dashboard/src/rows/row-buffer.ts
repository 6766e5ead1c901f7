/** The rows of one tab, newest first: takes them in batches, keeps so many, and holds them back while paused. */
import type { Row } from './row.ts';

export const MAX_ROWS = 10_000;

export class RowBuffer {
  readonly #max: number;
  #rows: Row[] = [];
  #ids = new Set<string>();
  #waiting: Row[] = [];
  #dropped = 0;

  constructor(max = MAX_ROWS) {
    this.#max = max;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** How many rows wait behind the pause. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many were pushed out at the old end. */
  get dropped(): number {
    return this.#dropped;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes rows in any order; returns how many of them are new. */
  add(rows: readonly Row[], paused: boolean): number {
    const fresh = rows.filter(({ id }) => !this.#ids.has(id) && this.#ids.add(id));
    if (paused) {
      this.#waiting.push(...fresh);
      while (this.#waiting.length > this.#max) this.#forget(this.#waiting.shift());
    } else this.#merge(fresh);
    return fresh.length;
  }

  /** Shows what waited. */
  resume(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#merge(waiting);
  }

  clear(): void {
    this.#rows = [];
    this.#ids.clear();
    this.#waiting = [];
    this.#dropped = 0;
  }

  /** Both lists newest first: most batches go on top as they are. */
  #merge(fresh: readonly Row[]): void {
    if (fresh.length === 0) return;
    const sorted = fresh.toReversed().sort((a, b) => b.atMs - a.atMs);
    const old = this.#rows;
    const merged: Row[] = [];
    let i = 0;
    let j = 0;
    while (i < sorted.length && j < old.length) {
      const a = sorted[i] as Row;
      const b = old[j] as Row;
      if (a.atMs >= b.atMs) {
        merged.push(a);
        i++;
      } else {
        merged.push(b);
        j++;
      }
    }
    while (i < sorted.length) merged.push(sorted[i++] as Row);
    this.#rows = j < old.length ? merged.concat(old.slice(j)) : merged;
    for (const row of this.#rows.splice(this.#max)) this.#forget(row);
  }

  #forget(row: Row | undefined): void {
    if (row === undefined) return;
    this.#ids.delete(row.id);
    this.#dropped++;
  }
}
