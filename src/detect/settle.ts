/** After states are safe: publishes the notices in their outboxes, and strikes what the bus took. */
import { causeOf, type Log } from '../stream/log.ts';
import type { Publish } from '../stream/ports.ts';
import { type CommitDeps, commit } from './commit.ts';
import type { Contexts } from './contexts.ts';
import type { Count } from './count.ts';
import { GroupTask } from './group-task.ts';
import { publishNotices } from './publishing.ts';

/** Never rejects: what is not published waits in its state, and the clock comes back to it. */
export type Settle = (done: readonly GroupTask[]) => Promise<void>;

export interface SettleOptions extends CommitDeps {
  readonly contexts: Contexts;
  readonly publish: Publish;
  readonly log: Log;
  readonly count: Count;
}

export function makeSettle(options: SettleOptions): Settle {
  const { contexts, log, count } = options;

  return async (done) => {
    for (const { alert } of done.flatMap(({ records }) => records)) contexts.noted(alert);
    const telling = done.filter(({ outbox }) => outbox.length > 0);
    if (telling.length === 0) return;
    const notices = telling.flatMap(({ outbox }) => outbox);
    const taken = await publishNotices(notices, options);
    count({
      alerts_fired: notices.filter(({ change, sequence }) => change === 'fired' && sequence === 1).length,
      alerts_resolved: notices.filter(({ change }) => change === 'resolved').length,
    });
    const strikes = telling
      .filter(({ outbox }) => outbox.some(({ id }) => taken.has(id)))
      .map(({ key, source, context }) => {
        return new GroupTask({ key, source, context, work: (work) => work.published(taken) });
      });
    try {
      await commit(strikes, options);
    } catch (error) {
      // They are published once more, under the same ids.
      log('warn', 'published notices were not struck', { count: taken.size, cause: causeOf(error) });
    }
  };
}
