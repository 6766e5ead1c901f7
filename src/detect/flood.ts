/** How much one rule may make for one tenant in an hour: alerts that are told each by itself, and groups that are told
 * apart. Whoever invents names by the thousand must not fill the store, nor bury the one alert that matters. */
import type { Rule } from '../domain/rules/rule.ts';

export interface Flood {
  readonly hour: number;
  /** Which alerts: asking twice for the same one counts once. */
  readonly alerts: readonly string[];
  readonly groups: number;
}

/** New groups that one rule tells apart for a tenant within an hour. */
export const MAX_GROUPS_PER_HOUR = 10_000;
const HOUR_MS = 60 * 60 * 1_000;
export const KEEP_FLOOD_MS = 2 * HOUR_MS;

export interface Asked {
  readonly alerts: readonly string[];
  readonly groups: number;
}

export interface Admitted {
  readonly flood: Flood;
  readonly alerts: ReadonlySet<string>;
  /** How many of the new groups. */
  readonly groups: number;
}

export function admit(before: Flood | undefined, asked: Asked, rule: Rule, nowMs: number): Admitted {
  const hour = Math.floor(nowMs / HOUR_MS);
  const { alerts, groups } = before?.hour === hour ? before : { alerts: [], groups: 0 };
  const fired = new Set(alerts);
  const admitted = new Set<string>();
  for (const alert of asked.alerts) {
    if (!fired.has(alert) && fired.size >= rule.maxAlertsPerHour) continue;
    fired.add(alert);
    admitted.add(alert);
  }
  const room = Math.max(0, MAX_GROUPS_PER_HOUR - groups);
  const taken = Math.min(room, asked.groups);
  return { flood: { hour, alerts: [...fired], groups: groups + taken }, alerts: admitted, groups: taken };
}
