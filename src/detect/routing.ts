/** Decides who hears of a notice: the rule's own channels, else the routes, else everybody from `medium` up. */
import { type Alert, PAGE_CHANNEL } from '../domain/alert/alert.ts';
import { SEVERITIES } from '../domain/event/audit-event.ts';
import { matches } from '../domain/filter/index.ts';
import type { Route } from '../domain/rules/alert-policy.ts';

export interface RoutingOptions {
  readonly routes: readonly Route[];
  /** The destinations of alerts that there are, by name; others that a rule or a route names hear nothing. */
  readonly channels: readonly string[];
}

/** Where a notice is told, by name: the page first, always. */
export type Routing = (alert: Alert, ruleChannels?: readonly string[]) => readonly string[];

export function makeRouting({ routes, channels }: RoutingOptions): Routing {
  return (alert, ruleChannels) => {
    const named = ruleChannels ?? (routes.length > 0 ? routed(routes, alert) : byDefault(channels, alert));
    const wanted = new Set(named);
    return [PAGE_CHANNEL, ...channels.filter((name) => name !== PAGE_CHANNEL && wanted.has(name))];
  };
}

/** Without routes. */
export function isToldByDefault({ severity }: Pick<Alert, 'severity'>): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf('medium');
}

function byDefault(channels: readonly string[], alert: Alert): readonly string[] {
  return isToldByDefault(alert) ? channels : [];
}

function routed(routes: readonly Route[], alert: Alert): readonly string[] {
  const named: string[] = [];
  for (const { filter, channels, goesOn } of routes) {
    if (!matches(filter, alert)) continue;
    named.push(...channels);
    if (!goesOn) break;
  }
  return named;
}
