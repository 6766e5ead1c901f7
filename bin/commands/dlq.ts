/** The work with dead letters: look at them, send them back to where they died, or delete them. */
import { ACCESS_HELP } from '../access.ts';
import { actFaultInWords } from '../act-fault.ts';
import { type Command, UsageError } from '../command.ts';
import { list, show } from '../dlq/look.ts';
import { move } from '../dlq/move.ts';
import { SELECTION_HELP } from '../dlq/selection-options.ts';

const CANNOT_LOOK = 3;

const WORKS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  list,
  show,
  replay: (args) => move('replay', args),
  purge: (args) => move('purge', args),
};

export const dlq: Command = {
  summary: 'work with dead letters: list, show, replay, purge',
  help: `audit-stream dlq list   [selection] [--json]
audit-stream dlq show   ID [--queue NAME] [--json]
audit-stream dlq replay [selection] [--execute] [--rate N] [--run RUN] [--force] [--json]
audit-stream dlq purge  [selection] [--execute] [--yes] [--rate N] [--run RUN] [--json]

Dead letters are events that a queue gave up, each with its reason. list groups them, show tells all of
one. replay sends the selected ones back to the queue where they died, and to no other; they are tried
from the start there, and say how often they were replayed, when and by whom. purge deletes them for
good. Both are dry runs unless told to --execute. It takes the role operator; each run is on record as
audit events (dead_letters.replayed, dead_letters.purged).

Which letters (all that is given must hold; default: all)
${SELECTION_HELP}

How
  --execute              do it; --yes too, and then purge does not ask
  --rate N               letters a second, at most (default 50)
  --run RUN              go on with a run that was interrupted; a new one goes on as well, and takes
                         letters again that died since
  --force                also what was replayed 3 times already
  --json                 for scripts

Where
${ACCESS_HELP}
                         (an operator's; at a development home the letters of all tenants by default)
  --data DIR             the data folder of a home that is stopped

Ctrl-C finishes the step in hand and prints how to go on.
Exit code 0: done, or nothing to do. 1: letters failed, or are left. 2: called wrongly.
3: it could not look, or lost the connection for good. 130: stopped by Ctrl-C.

Examples
  audit-stream dlq list --older 1h
  audit-stream dlq show 8f14e45f --queue datadog
  audit-stream dlq replay --queue datadog --reason retries_exhausted
  audit-stream dlq replay --queue datadog --reason retries_exhausted --execute --rate 200
  audit-stream dlq purge --queue record --filter '{"action": ["test.ping"]}' --execute
  audit-stream dlq list --url wss://… --token-command './operator-token'`,

  async run([name = '', ...args]) {
    const work = Object.hasOwn(WORKS, name) ? WORKS[name] : undefined;
    if (!work)
      throw new UsageError(
        `dlq takes ${Object.keys(WORKS).join(', ')}${name === '' ? '' : `, got "${name.slice(0, 40)}"`}`,
      );
    try {
      return await work(args);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      console.error(`audit-stream dlq ${name}: ${actFaultInWords(error as Error)}`);
      return CANNOT_LOOK;
    }
  },
};
