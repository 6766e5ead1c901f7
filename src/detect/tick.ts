/** What the clock does: ends alerts, repeats them, tells what waited, and publishes what a crash left behind. */
import { causeOf, type Log } from '../stream/log.ts';
import { type CommitDeps, commit } from './commit.ts';
import type { Contexts } from './contexts.ts';
import { GroupTask } from './group-task.ts';
import type { AlertStates, StateKey } from './ports.ts';
import type { Settle } from './settle.ts';
import type { SourceOf } from './sources.ts';

export interface TickOptions extends CommitDeps {
  readonly states: AlertStates;
  readonly sourceOf: SourceOf;
  readonly contexts: Contexts;
  readonly settle: Settle;
  readonly log: Log;
  readonly now: () => number;
}

export function makeTick(options: TickOptions): () => Promise<number> {
  const { states, sourceOf, contexts, settle, log, now } = options;

  return async () => {
    const keys = await states.due(now(), AT_ONCE);
    if (keys.length === 0) return 0;
    try {
      await dealWith(keys);
    } catch (error) {
      log('error', 'what is due is done one by one', { count: keys.length, cause: causeOf(error) });
      for (const key of keys) await dealWith([key]).catch((cause) => troubled(key, cause));
    }
    return keys.length;
  };

  async function dealWith(keys: readonly StateKey[]): Promise<void> {
    const tasks = await Promise.all(
      keys.map(async (key) => {
        const source = sourceOf(key);
        const context = await contexts.of(key.tenantId);
        return new GroupTask({
          key,
          source,
          context,
          work: (work) => (source.isGone ? work.ruleIsGone() : work.clock()),
        });
      }),
    );
    await settle([...(await commit(tasks, options))]);
  }

  function troubled({ ruleId, name }: StateKey, cause: unknown): void {
    log('error', 'what is due could not be done', { ruleId, name, cause: causeOf(cause) });
  }
}

const AT_ONCE = 100;
