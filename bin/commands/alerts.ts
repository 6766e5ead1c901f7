/** Alerts in a terminal: look at them, take them in hand, silence them. */
import { ACCESS_HELP } from '../access.ts';
import { actFaultInWords } from '../act-fault.ts';
import { WORKS, work } from '../alerts/works.ts';
import { type Command, UsageError } from '../command.ts';

const CANNOT = 3;

export const alerts: Command = {
  summary: 'look at alerts, acknowledge, resolve and silence them',
  help: `audit-stream alerts list [--all] [--json]
audit-stream alerts show ALERT [--json]
audit-stream alerts ack ALERT [--json]
audit-stream alerts resolve ALERT [--json]
audit-stream alerts silence (--rule ID | --alert ID | --match PATTERN | --everything) --for SPAN --comment TEXT [--json]
audit-stream alerts silences [--all] [--json]
audit-stream alerts unsilence SILENCE [--json]

list shows what is open, of one tenant, the newest 1,000; show tells how an alert came to be, who was told, and some of its
events. ack says that somebody has it in hand: it is not repeated. resolve ends it. A silence keeps
destinations from hearing of what it matches; the page and this list show it all the same, and an end is
always told to who heard of the beginning. All but looking takes the role operator, and is on record as
audit events (alert.acknowledged, alert.resolved, silence.created, silence.ended).

  --all                  those that are over, too
  --rule ID              alerts of this rule
  --alert ID             this alert alone
  --match PATTERN        alerts that match: an event pattern over the notice (docs/alert.md)
  --everything           all alerts
  --for SPAN             such as 30m, 2h, 7d; 90 days at most
  --comment TEXT         why: others read it
  --json                 for scripts
${ACCESS_HELP}
                         (alerts of the system itself: --tenant audit-stream)

Exit code 0: done. 2: called wrongly. 3: it could not be done.

Examples
  audit-stream alerts list --tenant acme
  audit-stream alerts ack 019e01e1-4100-7ce6-b0e6-a10e9fadf42f --tenant acme
  audit-stream alerts silence --rule login-brute-force --for 2h --comment "Load test" --tenant acme
  audit-stream alerts silence --match '{"severity": ["low"]}' --for 1d --comment "Move" --tenant acme`,

  async run([name = '', ...args]) {
    if (!Object.hasOwn(WORKS, name))
      throw new UsageError(
        `alerts takes ${Object.keys(WORKS).join(', ')}${name === '' ? '' : `, got "${name.slice(0, 40)}"`}`,
      );
    try {
      return await work(name, args);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      console.error(`audit-stream alerts ${name}: ${actFaultInWords(error as Error)}`);
      return CANNOT;
    }
  },
};
