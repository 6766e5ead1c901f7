/** Sums up, rule by rule, what would have been. */
import type { Severity } from '../../src/domain/event/audit-event.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import type { WouldBe } from './simulate.ts';

export interface RuleOutcome {
  readonly id: string;
  readonly severity: Severity;
  readonly alerts: number;
  /** Of them, not over at the end. */
  readonly open: number;
  readonly events: number;
  readonly groups: number;
  /** The one with most alerts, then most events. */
  readonly busiest?: {
    readonly tenantId: string;
    readonly group: Readonly<Record<string, string>>;
    readonly alerts: number;
    readonly events: number;
  };
  readonly notices: Readonly<Record<string, number>>;
  readonly firedMs: readonly number[];
}

/** In the order of the rules, those that never fired among them. */
export function outcomesOf(rules: readonly Rule[], alerts: readonly WouldBe[]): readonly RuleOutcome[] {
  const byRule = Map.groupBy(alerts, ({ last }) => last.rule.id);
  return rules.map((rule) => outcomeOf(rule, byRule.get(rule.id) ?? []));
}

function outcomeOf({ id, severity }: Rule, alerts: readonly WouldBe[]): RuleOutcome {
  const groups = [...Map.groupBy(alerts, groupKeyOf).values()].map((some) => ({
    ...{ tenantId: some[0]?.last.tenantId ?? '', group: some[0]?.last.group ?? {} },
    ...{ alerts: some.length, events: eventsOf(some) },
  }));
  const [busiest] = groups.sort((a, b) => b.alerts - a.alerts || b.events - a.events);
  const notices: Record<string, number> = {};
  for (const alert of alerts)
    for (const [channel, count] of alert.notices) notices[channel] = (notices[channel] ?? 0) + count;
  return {
    ...{ id, severity, alerts: alerts.length, events: eventsOf(alerts), groups: groups.length },
    open: alerts.filter(({ isOpen }) => isOpen).length,
    ...(busiest && { busiest }),
    notices,
    firedMs: alerts.map(({ firedMs }) => firedMs),
  };
}

function groupKeyOf({ last: { tenantId, group = {} } }: WouldBe): string {
  return JSON.stringify([tenantId, group]);
}

function eventsOf(alerts: readonly WouldBe[]): number {
  return alerts.reduce((sum, { last }) => sum + last.count, 0);
}
