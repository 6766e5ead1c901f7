/** A clock that stands still until a test moves it: hours pass in milliseconds, and always the same way. */

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime {
  nowMs = 1_800_000_000_000;
  #order = 0;
  #tasks: Task[] = [];

  readonly now = (): number => this.nowMs;

  readonly setTimeout = (run: () => void, ms: number): Task => {
    const task = { atMs: this.nowMs + Math.max(0, Math.ceil(ms)), order: this.#order++, run };
    this.#tasks.push(task);
    return task;
  };

  readonly clearTimeout = (task: unknown): void => {
    const at = this.#tasks.indexOf(task as Task);
    if (at >= 0) this.#tasks.splice(at, 1);
  };

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Runs everything that falls due in the next `ms`, in order, letting promises settle after each. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settled();
    for (let task = this.#take(untilMs); task; task = this.#take(untilMs)) {
      this.nowMs = Math.max(this.nowMs, task.atMs);
      task.run();
      await settled();
    }
    this.nowMs = untilMs;
  }

  #take(untilMs: number): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) if (task.atMs <= untilMs && (!first || before(task, first))) first = task;
    if (first) this.clearTimeout(first);
    return first;
  }
}

function before(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** All promises that can settle have settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Random numbers from a seed (mulberry32), so that a failure can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
