/** The sets of conditions that the filters of an index consist of: each different set once, in a few bytes. */

/** Sorted lists of condition numbers in one array, found again by their content. */
export class ConditionSets {
  /** All lists, one after another. */
  pool = new Int32Array(256);
  #poolEnd = 0;
  readonly #freeByLength: number[][] = [];
  #starts = new Int32Array(64);
  #lengths = new Uint16Array(64);
  #hashes = new Int32Array(64);
  #count = 0;
  readonly #freeSets: number[] = [];
  /** Open addressing: number of the set + 1, or 0. At most half full. */
  #table = new Int32Array(128);
  #used = 0;

  start(set: number): number {
    return this.#starts[set] as number;
  }

  end(set: number): number {
    return (this.#starts[set] as number) + (this.#lengths[set] as number);
  }

  /** The set with just these sorted conditions, or -1. */
  find(conditions: readonly number[]): number {
    const hash = hashOf(conditions);
    const mask = this.#table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const set = (this.#table[at] as number) - 1;
      if (set < 0) return -1;
      if (this.#hashes[set] === hash && this.#equals(set, conditions)) return set;
    }
  }

  /** Stores a set that `find` did not find. */
  add(conditions: readonly number[]): number {
    const { length } = conditions;
    const set = this.#freeSets.pop() ?? this.#count++;
    if (set >= this.#starts.length) this.#growSets();
    const start = this.#freeByLength[length]?.pop() ?? this.#allocate(length);
    this.pool.set(conditions, start);
    this.#starts[set] = start;
    this.#lengths[set] = length;
    this.#hashes[set] = hashOf(conditions);
    if (++this.#used * 2 > this.#table.length) this.#growTable();
    this.#enter(set);
    return set;
  }

  remove(set: number): void {
    const mask = this.#table.length - 1;
    let hole = (this.#hashes[set] as number) & mask;
    while (this.#table[hole] !== set + 1) hole = (hole + 1) & mask;
    // Later entries of the same run move up, so that no gap cuts them off.
    for (let at = (hole + 1) & mask; this.#table[at] !== 0; at = (at + 1) & mask) {
      const home = (this.#hashes[(this.#table[at] as number) - 1] as number) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        this.#table[hole] = this.#table[at] as number;
        hole = at;
      }
    }
    this.#table[hole] = 0;
    this.#used--;
    const length = this.#lengths[set] as number;
    const free = this.#freeByLength[length];
    if (free === undefined) this.#freeByLength[length] = [this.start(set)];
    else free.push(this.start(set));
    this.#freeSets.push(set);
  }

  #equals(set: number, conditions: readonly number[]): boolean {
    if (this.#lengths[set] !== conditions.length) return false;
    const start = this.#starts[set] as number;
    for (let i = 0; i < conditions.length; i++) if (this.pool[start + i] !== conditions[i]) return false;
    return true;
  }

  #enter(set: number): void {
    const mask = this.#table.length - 1;
    let at = (this.#hashes[set] as number) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = set + 1;
  }

  #growTable(): void {
    const entries = this.#table.filter((entry) => entry !== 0);
    this.#table = new Int32Array(this.#table.length * 2);
    for (const entry of entries) this.#enter(entry - 1);
  }

  #allocate(length: number): number {
    const start = this.#poolEnd;
    this.#poolEnd += length;
    if (this.#poolEnd > this.pool.length) {
      const pool = new Int32Array(Math.max(this.#poolEnd, Math.ceil(this.pool.length * 1.5)));
      pool.set(this.pool);
      this.pool = pool;
    }
    return start;
  }

  #growSets(): void {
    const size = Math.ceil(this.#starts.length * 1.5);
    const [starts, lengths, hashes] = [new Int32Array(size), new Uint16Array(size), new Int32Array(size)];
    starts.set(this.#starts);
    lengths.set(this.#lengths);
    hashes.set(this.#hashes);
    this.#starts = starts;
    this.#lengths = lengths;
    this.#hashes = hashes;
  }
}

function hashOf(conditions: readonly number[]): number {
  let hash = conditions.length;
  for (const condition of conditions) {
    hash = Math.imul(hash ^ condition, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
