/** Carries out changes of states under optimistic concurrency: read, compute, write if nobody else has, else once more. */
import type { AlertStates, StateChange, StateKey } from './ports.ts';

export type Change = Omit<StateChange, 'key' | 'version'>;

/** What becomes of one state. */
export interface Task {
  readonly key: StateKey;
  /** Called with the state as it is, as often as somebody else was faster; undefined leaves it as it is. */
  run(text: string | undefined): Change | undefined;
}

export interface CommitDeps {
  readonly states: Pick<AlertStates, 'read' | 'write'>;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Rejects when the store does; else which tasks are done: the others met another writer each time.
 * `ask` hears of what was computed and not yet written; the tasks that it names are computed once more. */
export async function commit<T extends Task>(
  tasks: readonly T[],
  { states, random, sleep }: CommitDeps,
  ask?: (computed: readonly T[]) => Promise<readonly T[]>,
): Promise<ReadonlySet<T>> {
  const done = new Set<T>();
  let left = tasks;
  for (let round = 0; left.length > 0 && round < MAX_ROUNDS; round++) {
    if (round > 0) await sleep(PAUSE_MS * 2 ** round * random());
    const read = await states.read(left.map(({ key }) => key));
    const stored = new Map(left.map((task, i) => [task, read[i]]));
    const changes = new Map(left.map((task) => [task, task.run(stored.get(task)?.text)]));
    for (const task of (await ask?.(left)) ?? []) changes.set(task, task.run(stored.get(task)?.text));
    const toWrite = left.flatMap((task) => {
      const change = changes.get(task);
      if (change === undefined) done.add(task);
      return change
        ? [{ task, change: { ...change, key: task.key, version: stored.get(task)?.version } }]
        : [];
    });
    const written = toWrite.length === 0 ? [] : await states.write(toWrite.map(({ change }) => change));
    for (const [i, { task }] of toWrite.entries()) if (written[i] === 'written') done.add(task);
    left = left.filter((task) => !done.has(task));
  }
  return done;
}

const MAX_ROUNDS = 8;
const PAUSE_MS = 10;
