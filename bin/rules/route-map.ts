/** Lays out, for all rules at once, who hears of them, and which routes and channels no alert ever takes. */
import type { Route } from '../../src/domain/rules/alert-policy.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import { couldTake, type Hearing, noticesOf, SYSTEM_NOTICES, whoHears } from './who-hears.ts';

export interface RouteMapOptions {
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly channels: readonly string[];
  /** Undefined: any. */
  readonly tenantId: string | undefined;
  /** Whether alerts of the system itself have a row too. */
  readonly withSystem: boolean;
}

export interface RouteMap {
  readonly channels: readonly string[];
  readonly rows: readonly RouteRow[];
  readonly unreachedRoutes: readonly UnreachedRoute[];
  readonly unreachedChannels: readonly string[];
}

export interface RouteRow extends Omit<Hearing, 'routes'> {
  readonly rule: string;
  readonly severity?: string;
}

/** `no match`: it matches none of them; `decided before`: a route before it decides for all that it matches. */
export interface UnreachedRoute {
  readonly name: string;
  readonly why: 'no match' | 'decided before';
}

export function routeMap({ rules, routes, channels, tenantId, withSystem }: RouteMapOptions): RouteMap {
  const notices = [
    ...rules.map((rule) => noticesOf(rule, tenantId)),
    ...(withSystem ? [SYSTEM_NOTICES] : []),
  ];
  const heard = notices.map((each) => ({ each, hearing: whoHears(each, routes, channels) }));
  const taken = new Set(heard.flatMap(({ hearing }) => hearing.routes));
  const reached = new Set(heard.flatMap(({ hearing }) => [...hearing.certain, ...hearing.perhaps]));
  return {
    channels,
    rows: heard.map(({ each, hearing: { certain, perhaps, because } }) => ({
      rule: each.of,
      ...(each.severity && { severity: each.severity }),
      certain,
      perhaps,
      because,
    })),
    unreachedRoutes: routes
      .filter(({ name }) => !taken.has(name))
      .map((route) => ({
        name: route.name,
        why: notices.some((each) => couldTake(route, each)) ? 'decided before' : 'no match',
      })),
    unreachedChannels: channels.filter((name) => !reached.has(name)),
  };
}
