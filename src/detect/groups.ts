/** Counts events in their groups, within what a rule may make in an hour; what is beyond is told in one summary. */
import type { Rule } from '../domain/rules/rule.ts';
import { type CommitDeps, commit } from './commit.ts';
import type { Contexts } from './contexts.ts';
import type { Count } from './count.ts';
import type { Found } from './detect.ts';
import type { AskFlood } from './floods.ts';
import { groupHash } from './group-of.ts';
import { GroupTask, type GroupTaskOptions } from './group-task.ts';
import type { StateKey } from './ports.ts';
import type { Settle } from './settle.ts';
import { type SourceOf, SUMMARY } from './sources.ts';

/** Events of one group of a tenant under a rule. */
export interface GroupEvents {
  readonly tenantId: string;
  readonly rule: Rule;
  readonly group: Readonly<Record<string, string>>;
  readonly found: readonly Found[];
}

/** Messages whose groups could not be written now, because others always were faster. Rejects when the store does. */
export type Groups = (all: readonly GroupEvents[]) => Promise<ReadonlySet<number>>;

export interface GroupsOptions extends CommitDeps {
  readonly sourceOf: SourceOf;
  readonly contexts: Contexts;
  readonly askFlood: AskFlood;
  readonly settle: Settle;
  readonly count: Count;
}

export function makeGroups(options: GroupsOptions): Groups {
  const { sourceOf, contexts, askFlood, settle, count } = options;

  return async (all) => {
    const tasks = await Promise.all(all.map(taskOf));
    const done = await commit(tasks, options, askFlood);
    const held = [...done].flatMap((task) => task.held());
    const summaries = await Promise.all(summariesOf(held));
    const told = await commit(summaries, options);
    await settle([...done, ...told]);
    const late = [...done].reduce((sum, { work }) => sum + (work?.late ?? 0), 0);
    if (late > 0) count({ detect_too_late: late });
    if (held.length > 0) count({ detect_summarized: held.length });
    const left = [...tasks, ...summaries].filter((task) => !done.has(task) && !told.has(task));
    return new Set(left.flatMap(({ found }) => found.map(({ at }) => at)));
  };

  function taskOf({ tenantId, rule, group, found }: GroupEvents): Promise<EventsTask> {
    const key = { tenantId, ruleId: rule.id, name: `group#${groupHash(group)}` };
    // What only ends alerts makes no group.
    const counts = found.some(({ occurrence }) => occurrence.role === 'counts');
    return eventsTask(key, found, { group: counts ? group : undefined, mayFire: false });
  }

  function summariesOf(held: readonly Found[]): readonly Promise<EventsTask>[] {
    const byRule = Map.groupBy(held, ({ tenantId, rule }) => `${tenantId} ${rule.id}`);
    return [...byRule.values()].map((found) => {
      const { tenantId, rule } = found[0] as Found;
      return eventsTask({ tenantId, ruleId: rule.id, name: SUMMARY }, found, { group: {}, mayFire: true });
    });
  }

  async function eventsTask(
    key: StateKey,
    found: readonly Found[],
    { group, mayFire }: Pick<EventsTaskOptions, 'group' | 'mayFire'>,
  ): Promise<EventsTask> {
    const occurrences = found.map(({ occurrence }) => occurrence);
    return new EventsTask({
      key,
      group,
      mayFire,
      found,
      source: sourceOf(key),
      context: await contexts.of(key.tenantId),
      work: (work) => work.events(occurrences),
    });
  }
}

interface EventsTaskOptions extends GroupTaskOptions {
  readonly found: readonly Found[];
  /** As long as nobody has been asked. */
  readonly mayFire: boolean;
}

/** Events of messages in a group. */
export class EventsTask extends GroupTask {
  readonly found: readonly Found[];
  /** What the rule may still make in this hour, once it has been asked. */
  answer:
    | {
        readonly isAdmitted: boolean;
        readonly mayFire: boolean;
        /** Which alert was asked for. */
        readonly alert: string | undefined;
      }
    | undefined;

  readonly #mayFire: boolean;

  constructor(options: EventsTaskOptions) {
    super(options);
    this.found = options.found;
    this.#mayFire = options.mayFire;
  }

  override run(text: string | undefined) {
    const { mayFire = this.#mayFire, isAdmitted = true } = this.answer ?? {};
    const change = super.run(text, mayFire);
    return isAdmitted || text !== undefined ? change : undefined;
  }

  /** Events that are for the summary of the rule. */
  held(): readonly Found[] {
    if (this.answer === undefined) return [];
    const counts = this.found.filter(({ occurrence }) => occurrence.role === 'counts');
    if (!this.answer.isAdmitted && this.isNew) return counts;
    const held = new Set(this.work?.held);
    return counts.filter(({ occurrence }) => held.has(occurrence));
  }
}
