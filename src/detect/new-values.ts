/** Tells which events bring a value that their group has not shown, and remembers it. */
import { type CommitDeps, commit, type Task } from './commit.ts';
import type { Found } from './detect.ts';
import { groupHash } from './group-of.ts';
import { type KnownValues, learn } from './values.ts';

export type NewValues = (found: readonly Found[]) => Promise<{
  /** With the value as part of their group. */
  readonly news: readonly Found[];
  /** Messages whose values could not be remembered now. */
  readonly failed: ReadonlySet<number>;
}>;

interface ValuesTask extends Task {
  readonly found: readonly Found[];
  readonly news: () => readonly Found[];
}

export function makeNewValues(deps: CommitDeps & { readonly now: () => number }): NewValues {
  return async (found) => {
    const byGroup = Map.groupBy(found, ({ tenantId, rule, group }) =>
      JSON.stringify([tenantId, rule.id, group]),
    );
    const tasks = [...byGroup.values()].map((some) => taskOf(some, deps.now()));
    const done = await commit(tasks, deps);
    const left = tasks.filter((task) => !done.has(task));
    return {
      news: [...done].flatMap((task) => task.news()),
      failed: new Set(left.flatMap((task) => task.found.map(({ at }) => at))),
    };
  };
}

function taskOf(found: readonly Found[], nowMs: number): ValuesTask {
  const { tenantId, rule, group } = found[0] as Found;
  let news: readonly Found[] = [];
  return {
    found,
    news: () => news,
    key: { tenantId, ruleId: rule.id, name: `values#${groupHash(group)}` },
    run(text) {
      const before = text === undefined ? undefined : (JSON.parse(text) as KnownValues);
      const learnt = learn(
        before,
        found.map(({ occurrence }) => occurrence),
        rule,
      );
      const isNews = new Set(learnt.news);
      news = found.filter(({ occurrence }) => isNews.has(occurrence)).map((one) => withValue(one));
      if (learnt.known === undefined) return undefined;
      return { text: JSON.stringify(learnt.known), dueMs: undefined, expiresAtMs: nowMs + KEEP_MS };
    },
  };
}

/** The value is part of the alert's group. */
export function withValue(found: Found): Found {
  const { rule, group, occurrence } = found;
  const field = 'field' in rule.condition ? rule.condition.field : '';
  return { ...found, group: { ...group, [field]: occurrence.value ?? '' } };
}

/** A value that was not seen for so long would be new again. */
const KEEP_MS = 400 * 24 * 60 * 60 * 1_000;
