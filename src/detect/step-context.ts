/** What a step of a group is given besides the group: the rule, the clock, and who is to hear. */
import type { Alert, AlertRule } from '../domain/alert/alert.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Rule } from '../domain/rules/rule.ts';

/** An event under a rule: it counts, or it ends the alert. */
export interface Occurrence {
  readonly event: AuditEvent;
  /** Its own time. */
  readonly ms: number;
  readonly role: 'counts' | 'ends';
  /** Of the field that is counted or watched. */
  readonly value?: string;
}

export interface Addressed {
  /** Destinations, without the page. */
  readonly channels: readonly string[];
  readonly suppressedBy?: Alert['suppressedBy'];
  /** When what suppresses it may end. */
  readonly lookMs?: number;
}

/** What alerts are made by: a user's rule, or a condition of the system itself. */
export interface AlertSource extends Pick<Rule, 'severity' | 'labels' | 'quietMs' | 'repeatMs' | 'mergeMs'> {
  readonly shown: AlertRule;
  /** Of a user's rule. */
  readonly rule?: Rule;
  readonly fingerprint: string;
  /** Its rule was taken away: nothing would end its alert. */
  readonly isGone?: true;
}

export interface StepContext {
  readonly source: AlertSource;
  readonly tenantId: string;
  readonly nowMs: number;
  readonly newId: (nowMs: number) => string;
  /** Who hears of a notice, and why not. */
  readonly address: (alert: Alert, ruleChannels?: readonly string[]) => Addressed;
  /** The page, for links in notices. */
  readonly dashboardUrl?: string | undefined;
  /** False: so many alerts have fired that this one is told with the others. */
  readonly mayFire: boolean;
}

/** The same for all groups of a tenant at one time. */
export type GroupContext = Omit<StepContext, 'source' | 'mayFire'>;
