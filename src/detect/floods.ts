/** Asks, for what a batch would fire and the groups that it would begin, how much of that a rule may still make. */
import type { Rule } from '../domain/rules/rule.ts';
import { type Change, type CommitDeps, commit, type Task } from './commit.ts';
import { type Admitted, admit, type Flood, KEEP_FLOOD_MS } from './flood.ts';
import type { EventsTask } from './groups.ts';
import type { StateKey } from './ports.ts';

/** Gives each task that needs one its answer, and names them. */
export type AskFlood = (computed: readonly EventsTask[]) => Promise<readonly EventsTask[]>;

export function makeAskFlood(deps: CommitDeps & { readonly now: () => number }): AskFlood {
  return async (computed) => {
    const asking = computed.filter((task) => needsAnswer(task));
    const byRule = Map.groupBy(asking, ({ key }) => `${key.tenantId} ${key.ruleId}`);
    const asks = [...byRule.values()].map((tasks) => new Ask(tasks, deps.now()));
    const done = await commit(asks, deps);
    // Without an answer nothing may be written, nor lost: the batch comes again.
    if (done.size < asks.length) throw new Error('what a rule may still make cannot be counted now');
    for (const ask of asks) {
      let { groups } = ask.admitted;
      for (const task of ask.tasks) {
        const isAdmitted = task.answer?.isAdmitted ?? (!begins(task) || groups-- > 0);
        const alert = fires(task) ? alertOf(task) : undefined;
        const mayFire = isAdmitted && alert !== undefined && ask.admitted.alerts.has(alert);
        task.answer = { isAdmitted, mayFire, alert };
      }
    }
    return asking;
  };
}

function needsAnswer(task: EventsTask): boolean {
  const { answer } = task;
  // Since it was asked, somebody else may have brought it as far as to fire.
  if (fires(task)) return answer?.isAdmitted !== false && answer?.alert !== alertOf(task);
  return answer === undefined && begins(task);
}

function fires({ work }: EventsTask): boolean {
  return (work?.held.length ?? 0) > 0;
}

/** A new group that does not fire at once is kept until it may. */
function begins({ isNew, work }: EventsTask): boolean {
  return isNew && work !== undefined;
}

/** The next alert of a group: the same until it is over. */
function alertOf({ key, work }: EventsTask): string {
  return `${key.name.slice(-8)}.${(work?.state.closedMs ?? -1).toString(36)}`;
}

class Ask implements Task {
  readonly key: StateKey;
  readonly tasks: readonly EventsTask[];
  admitted: Admitted = { flood: { hour: 0, alerts: [], groups: 0 }, alerts: new Set(), groups: 0 };
  readonly #rule: Rule;
  readonly #nowMs: number;

  constructor(tasks: readonly EventsTask[], nowMs: number) {
    const { key, found } = tasks[0] as EventsTask;
    this.tasks = tasks;
    this.#rule = (found[0] as EventsTask['found'][number]).rule;
    this.#nowMs = nowMs;
    this.key = { tenantId: key.tenantId, ruleId: key.ruleId, name: 'flood' };
  }

  run(text: string | undefined): Change {
    const before = text === undefined ? undefined : (JSON.parse(text) as Flood);
    const alerts = this.tasks.filter(fires).map(alertOf);
    const groups = this.tasks.filter((task) => task.answer === undefined && begins(task)).length;
    this.admitted = admit(before, { alerts, groups }, this.#rule, this.#nowMs);
    return {
      text: JSON.stringify(this.admitted.flood),
      dueMs: undefined,
      expiresAtMs: this.#nowMs + KEEP_FLOOD_MS,
    };
  }
}
