/** `rules routes`: who gets what, and what nobody gets. */
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { SEVERITIES } from '../../src/domain/event/audit-event.ts';
import { checkChannels } from '../../src/domain/rules/check-channels.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import type { RuleBook } from '../../src/domain/rules/rule-book.ts';
import { isTenantId } from '../../src/domain/tenant-id.ts';
import { readRuleFolder } from '../../src/rule-files/read-rule-folder.ts';
import { readWords, UsageError } from '../command.ts';
import { painter } from '../terminal.ts';
import { alertDestinationsOf } from './destinations-of.ts';
import { routeMap } from './route-map.ts';
import { routeMapInWords } from './route-words.ts';

export const ROUTES_HELP = `  --config FILE          the destinations there are: a home's configuration, or cdk.json
                         (default: all that rules and routes name)
  --severity SEVERITY    rules of this severity; may be given more than once
  --label NAME=VALUE     rules with this label; may be given more than once, and then all must hold
  --tenant TENANT        alerts of this tenant (default: of any; routes that name one hear perhaps)
  --json                 for scripts`;

export async function routes(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, OPTIONS);
  const [dir = 'rules', ...more] = words;
  if (more.length > 0) throw new UsageError('routes takes one folder');
  const { tenant } = given;
  if (tenant !== undefined && !isTenantId(tenant)) throw new UsageError('--tenant must be a tenant id');
  const isWanted = readSelection(given);
  const { book, faults } = readBook(dir);
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
  if (wrong.length > 0) console.error(wrong.join('\n'));
  return wrong.length > 0 ? 1 : 0;
}

const OPTIONS = {
  config: { type: 'string' },
  severity: { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  tenant: { type: 'string' },
  json: { type: 'boolean' },
} as const;

function readBook(dir: string): { readonly book: RuleBook; readonly faults: readonly string[] } {
  const read = readRuleFolder(dir);
  const { book, faults } = parseRules(read.documents);
  return { book, faults: [...read.faults, ...faults] };
}

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

function namedChannels({ rules, policy }: RuleBook): readonly string[] {
  const named = [...rules, ...policy.routes].flatMap(({ channels = [] }) => channels);
  return [...new Set(named)].sort();
}
