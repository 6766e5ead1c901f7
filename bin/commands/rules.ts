/** The work with alert rules before they are deployed. */
import { type Command, UsageError } from '../command.ts';
import { dryRun } from '../rules/dry-run.ts';
import { lint } from '../rules/lint.ts';
import { DIR_HELP } from '../rules/read-rules.ts';
import { routes } from '../rules/routes.ts';
import { test } from '../rules/test.ts';
import type { Work } from '../rules/work.ts';

const WORKS: Readonly<Record<string, Work>> = {
  test,
  'dry-run': dryRun,
  lint,
  routes,
};

const all = Object.values(WORKS);
const lines = (of: (work: Work) => readonly string[]) => all.flatMap(of).join('\n');

export const rules: Command = {
  summary: 'work with alert rules before they are deployed',
  help: `${lines(({ usage }) => [`audit-stream rules ${usage}`])}

Rules say which events are worth an alert: docs/rules.md. Rules that are wrong are named with all their faults,
and the work is done with the others.

${lines(({ about }) => [about])}

${DIR_HELP}
${lines(({ options }) => (options === undefined ? [] : [options]))}

Exit code 0: all is well. 1: it is not. 2: called wrongly, or files or rules are wrong.

Examples
${lines(({ examples }) => examples.map((example) => `  audit-stream rules ${example}`))}`,

  async run([name = '', ...args]) {
    const work = Object.hasOwn(WORKS, name) ? WORKS[name] : undefined;
    if (!work)
      throw new UsageError(
        `rules takes ${Object.keys(WORKS).join(', ')}${name === '' ? '' : `, got "${name.slice(0, 40)}"`}`,
      );
    return work.run(args);
  },
};
