/** Alerts of the system itself, of the reserved tenant: each lasts as long as its condition is broken, and is never told
 * through the destination that it is about. */
import { SYSTEM_TENANT } from '../domain/bus-event.ts';
import { type CommitDeps, commit } from './commit.ts';
import type { Contexts } from './contexts.ts';
import type { Detector, PipelineCondition } from './detector.ts';
import { groupHash } from './group-of.ts';
import { GroupTask } from './group-task.ts';
import type { Settle } from './settle.ts';
import type { SourceOf } from './sources.ts';
import type { GroupContext } from './step-context.ts';

export interface PipelineOptions extends CommitDeps {
  readonly sourceOf: SourceOf;
  readonly contexts: Contexts;
  readonly settle: Settle;
}

/** Rejects when the store does; what could not be written is written with the next look. */
export function makePipeline(options: PipelineOptions): Detector['pipeline'] {
  const { contexts, settle } = options;

  return async (conditions) => {
    if (conditions.length === 0) return;
    const context = await contexts.of(SYSTEM_TENANT);
    const tasks = conditions.map((condition) => taskOf(condition, context));
    await settle([...(await commit(tasks, options))]);
  };

  function taskOf(condition: PipelineCondition, context: GroupContext): GroupTask {
    const { id, subject, isBroken, title, message, name, severity, runbookUrl, notThrough } = condition;
    const group = { subject };
    const key = { tenantId: SYSTEM_TENANT, ruleId: id, name: `group#${groupHash(group)}` };
    const pipeline = {
      name,
      severity,
      ...(runbookUrl !== undefined && { runbookUrl }),
      ...(notThrough !== undefined && { notThrough }),
    };
    return new GroupTask({
      key,
      source: options.sourceOf(key),
      context,
      // What was never broken is nothing to remember.
      group: isBroken ? group : undefined,
      work: (work) =>
        work.condition(isBroken, { title, pipeline, ...(message !== undefined && { message }) }),
    });
  }
}
