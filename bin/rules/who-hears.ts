/** Works out beforehand who hears of a rule's alerts. What only a notice will say (its tenant, its group's values) is not
 * known yet: a route that depends on it hears perhaps. */
import { isToldByDefault } from '../../src/detect/routing.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { type Filter, matches } from '../../src/domain/filter/index.ts';
import type { Route } from '../../src/domain/rules/alert-policy.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';

/** Notices of one kind, by what is known of them before there is one. */
export interface Notices {
  readonly of: string;
  readonly severity?: Alert['severity'];
  /** The fields that are known, as in a notice. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Whether a field's value is not known, by its path. Others that are not among the known are not there. */
  readonly isOpen: (path: string) => boolean;
  readonly ownChannels?: readonly string[] | undefined;
}

export interface Hearing {
  readonly certain: readonly string[];
  readonly perhaps: readonly string[];
  /** `rule`, `route payments`, `perhaps route acme`, `else route rest`, `no route`, `default`. */
  readonly because: readonly string[];
  /** Routes by name, whether they hear for certain or perhaps. */
  readonly routes: readonly string[];
}

export function noticesOf(rule: Rule, tenantId: string | undefined): Notices {
  const { id, name, condition, owner, runbookUrl, severity, labels, groupBy } = rule;
  const paths = condition.kind === 'new_value' ? [...groupBy, condition.field] : groupBy;
  const shown = { id, name, kind: condition.kind, owner, runbookUrl };
  return {
    of: id,
    severity,
    ownChannels: rule.channels,
    known: withoutGaps({ schemaVersion: '1.0', severity, rule: shown, labels, tenantId }),
    isOpen: (path) => {
      const [field = ''] = path.split('.');
      if (field === 'tenantId') return tenantId === undefined;
      if (field === 'group') return paths.some((one) => path === `group.${one}`);
      return OF_EACH_NOTICE.has(field);
    },
  };
}

/** Conditions of the system itself, such as letters that died: alerts of its own tenant. */
export const SYSTEM_NOTICES: Notices = {
  of: '(the system itself)',
  known: { schemaVersion: '1.0', tenantId: SYSTEM_TENANT },
  isOpen: (path) => ['severity', 'rule', ...OF_EACH_NOTICE].includes(path.split('.')[0] ?? ''),
};

export function whoHears(notices: Notices, routes: readonly Route[], channels: readonly string[]): Hearing {
  const there = (names: readonly string[]) => channels.filter((name) => names.includes(name));
  const { ownChannels, severity } = notices;
  if (ownChannels) return { certain: there(ownChannels), perhaps: [], because: ['rule'], routes: [] };
  if (routes.length === 0) {
    if (severity === undefined) return { certain: [], perhaps: channels, because: ['default'], routes: [] };
    const certain = isToldByDefault({ severity }) ? channels : [];
    return { certain, perhaps: [], because: ['default'], routes: [] };
  }
  const asked = askedRoutes(notices, routes);
  const sure = asked.filter(({ verdict }) => verdict === 'yes').flatMap(({ route }) => route.channels);
  const others = asked.flatMap(({ route }) => route.channels).filter((name) => !sure.includes(name));
  return {
    certain: there(sure),
    perhaps: there(others),
    because:
      asked.length === 0
        ? ['no route']
        : asked.map(({ route, verdict }) => `${WORDS[verdict]} ${route.name}`),
    routes: asked.map(({ route }) => route.name),
  };
}

/** Whether any of these notices could take the route, if it were the only one. */
export function couldTake(route: Route, notices: Notices): boolean {
  return notices.ownChannels === undefined && verdictOf(route.filter, notices) !== 'no';
}

type Verdict = 'yes' | 'no' | 'perhaps';

interface Asked {
  readonly route: Route;
  /** `else`: it decides for all that a route before it, which hears perhaps, leaves. */
  readonly verdict: 'yes' | 'perhaps' | 'else';
}

/** In order, until one decides for all. */
function askedRoutes(notices: Notices, routes: readonly Route[]): readonly Asked[] {
  const asked: Asked[] = [];
  let someAreDecided = false;
  for (const route of routes) {
    const verdict = verdictOf(route.filter, notices);
    if (verdict === 'no') continue;
    asked.push({ route, verdict: verdict === 'yes' && someAreDecided ? 'else' : verdict });
    if (route.goesOn) continue;
    if (verdict === 'yes') break;
    someAreDecided = true;
  }
  return asked;
}

const WORDS = { yes: 'route', perhaps: 'perhaps route', else: 'else route' } as const;

/** A branch of the filter whose known fields fit is decided by the others, if it has any. */
function verdictOf({ branches }: Filter, { known, isOpen }: Notices): Verdict {
  const verdicts = branches.map((branch): Verdict => {
    const told = branch.filter(({ path }) => !isOpen(path));
    if (!matches({ branches: [told] }, known)) return 'no';
    return told.length === branch.length ? 'yes' : 'perhaps';
  });
  return (['yes', 'perhaps'] as const).find((one) => verdicts.includes(one)) ?? 'no';
}

function withoutGaps(fields: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(fields)) as Readonly<Record<string, unknown>>;
}

const OF_EACH_NOTICE: ReadonlySet<string> = new Set<keyof Alert>([
  ...(['id', 'alertId', 'sequence', 'status', 'change', 'occurredAt', 'title', 'message'] as const),
  ...(['count', 'firstAt', 'lastAt', 'samples', 'links', 'acknowledgedBy', 'resolvedBy'] as const),
]);
