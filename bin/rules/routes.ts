/** `rules routes`: who gets what, and what nobody gets. */
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { SEVERITIES } from '../../src/domain/event/audit-event.ts';
import { checkChannels } from '../../src/domain/rules/check-channels.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import { isTenantId } from '../../src/domain/tenant-id.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { readWords, UsageError } from '../command.ts';
import { painter } from '../terminal.ts';
import { alertDestinationsOf, namedChannels } from './destinations-of.ts';
import { readRules } from './read-rules.ts';
import { routeMap } from './route-map.ts';
import { routeMapInWords } from './route-words.ts';
import type { Work } from './work.ts';

const HELP = `  --config FILE          routes, dry-run: the destinations there are, by a home's configuration or cdk.json
                         (default: all that rules and routes name)
  --severity SEVERITY    routes: rules of this severity; may be given more than once
  --label NAME=VALUE     routes: rules with this label; may be given more than once, and then all must hold
  --tenant TENANT        routes: alerts of this tenant (default: of any; routes that name one hear perhaps)`;

export const routes: Work = {
  usage: 'routes [DIR] [--config FILE] [--severity S] [--label NAME=VALUE] [--tenant TENANT] [--json]',
  about: `routes prints who gets what, and why: rules against destinations. It is not well when a rule or route names a
destination that is not configured.`,
  options: HELP,
  examples: ['routes --config audit-stream.json --severity critical'],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, OPTIONS);
  if (words.length > 1) throw new UsageError(`routes takes one folder, got ${words.length}`);
  const { tenant } = given;
  if (tenant !== undefined && !isTenantId(tenant)) throw new UsageError('--tenant must be a tenant id');
  const isWanted = readSelection(given);
  const { book, faults } = readRules(words[0]);
  const destinations = given.config === undefined ? undefined : alertDestinationsOf(given.config);
  const wrong = [...faults, ...(destinations ? checkChannels(book, destinations) : [])];
  const map = routeMap({
    rules: book.rules.filter(isWanted),
    routes: book.policy.routes,
    channels: destinations ?? namedChannels(book),
    tenantId: tenant,
    withSystem:
      given.severity === undefined &&
      given.label === undefined &&
      (tenant === undefined || tenant === SYSTEM_TENANT),
  });
  console.log(
    given.json
      ? JSON.stringify(map)
      : routeMapInWords(map, {
          paint: painter(process.stdout, process.env),
          areChannelsKnown: destinations !== undefined,
        }).join('\n'),
  );
  if (wrong.length > 0) console.error(wrong.map(visibleLine).join('\n'));
  return faults.length > 0 ? 2 : wrong.length > 0 ? 1 : 0;
}

const OPTIONS = {
  config: { type: 'string' },
  severity: { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  tenant: { type: 'string' },
  json: { type: 'boolean' },
} as const;

function readSelection({
  severity,
  label = [],
}: {
  readonly severity?: readonly string[] | undefined;
  readonly label?: readonly string[] | undefined;
}): (rule: Rule) => boolean {
  for (const one of severity ?? [])
    if (!SEVERITIES.some((known) => known === one))
      throw new UsageError(`--severity must be one of ${SEVERITIES.join(', ')}, got "${one.slice(0, 40)}"`);
  const labels = label.map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(
        `--label must be a name and a value such as team=payments, got "${text.slice(0, 40)}"`,
      );
    return [name, value] as const;
  });
  return (rule) =>
    (severity === undefined || severity.includes(rule.severity)) &&
    labels.every(([name, value]) => Object.hasOwn(rule.labels ?? {}, name) && rule.labels?.[name] === value);
}
