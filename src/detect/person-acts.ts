/** What people do to alerts. */
import { type CommitDeps, commit } from './commit.ts';
import type { Contexts } from './contexts.ts';
import type { Detector } from './detector.ts';
import { GroupTask } from './group-task.ts';
import type { AlertRecords } from './ports.ts';
import type { Settle } from './settle.ts';
import type { SourceOf } from './sources.ts';

export interface PersonActsOptions extends CommitDeps {
  readonly records: AlertRecords;
  readonly sourceOf: SourceOf;
  readonly contexts: Contexts;
  readonly settle: Settle;
}

/** Rejects when it cannot be done now: the store does not answer, or the alert changes too fast. */
export function makePersonActs(options: PersonActsOptions): Detector['act'] {
  const { records, sourceOf, contexts, settle } = options;

  return async (tenantId, alertId, { kind, by }) => {
    const found = await records.byId(tenantId, alertId);
    if (!found) return { kind: 'unknown' };
    const { key, record } = found;
    let isDone = false;
    const task = new GroupTask({
      key,
      source: sourceOf(key),
      context: await contexts.of(tenantId),
      work(work) {
        isDone = work.state.open?.alertId === alertId && work.person(kind, by);
      },
    });
    const done = await commit([task], options);
    if (!done.has(task)) throw new Error('the alert changes too fast: try again');
    await settle([task]);
    const after = task.records.find(({ alert }) => alert.alertId === alertId);
    if (isDone && after) return { kind: 'done', record: after };
    return { kind: 'already', record: (await records.byId(tenantId, alertId))?.record ?? record };
  };
}
