/** A notice about an alert, version 1: the `detail` of an `Audit Alert` on the bus. An alert has several from its firing
 * to its end; each is whole, so that whoever gets only the last one knows all that a person must know. */
import type { Actor, Outcome, Severity } from '../event/audit-event.ts';

export const ALERT_STATUSES = ['firing', 'acknowledged', 'resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** Why there is a notice now. `merged`: more events came; `repeated`: it has lasted a while, and people hear again. */
export const ALERT_CHANGES = ['fired', 'merged', 'repeated', 'acknowledged', 'resolved'] as const;
export type AlertChange = (typeof ALERT_CHANGES)[number];

export const RULE_KINDS = ['match', 'threshold', 'distinct_values', 'new_value', 'silence'] as const;

/** A silence, planned work, a graver alert of the same thing. */
export const SUPPRESSIONS = ['silence', 'maintenance', 'inhibition'] as const;

/** The page and every other subscriber: no destination may be named so. */
export const PAGE_CHANNEL = 'page';

export interface Alert {
  readonly schemaVersion: '1.0';
  /** Of this notice: its identity everywhere, as an event's. */
  readonly id: string;
  readonly tenantId: string;
  /** The same from the first notice to the last; a rule and group that fire again later get another. */
  readonly alertId: string;
  /** 1 for the first notice of an alert, then counting up: a later one outdates all before it. */
  readonly sequence: number;
  readonly status: AlertStatus;
  readonly change: AlertChange;
  /** When this notice was made, RFC 3339 in UTC with milliseconds. */
  readonly occurredAt: string;
  readonly severity: Severity;
  readonly rule: AlertRule;
  /** One line. */
  readonly title: string;
  readonly message?: string;
  /** What its events have in common: the rule's group-by, by path. */
  readonly group?: Readonly<Record<string, string>>;
  /** Events so far; 0 where their absence is the alert. */
  readonly count: number;
  /** `occurredAt` of the first and the last event. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** Some of the events, oldest first. */
  readonly samples?: readonly AlertSample[];
  readonly links?: readonly { readonly url: string; readonly text: string }[];
  /** Shown where a destination can show them. */
  readonly images?: readonly { readonly url: string; readonly alt: string }[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly acknowledgedBy?: Person;
  /** Where it is to be told, by the names of destinations; never empty, because {@link PAGE_CHANNEL} always is among them.
   * Missing: everywhere. */
  readonly channels?: readonly string[];
  /** Why destinations do not hear of it now. */
  readonly suppressedBy?: { readonly kind: (typeof SUPPRESSIONS)[number]; readonly id: string };
  /** Why it is over: nothing came for a while, an event said so, a person did, or its rule was taken away. */
  readonly resolvedBy?:
    | { readonly kind: 'quiet' }
    | { readonly kind: 'rule' }
    | { readonly kind: 'event'; readonly eventId: string }
    | ({ readonly kind: 'person' } & Person);
}

export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly kind: (typeof RULE_KINDS)[number];
  readonly owner?: string;
  readonly runbookUrl?: string;
}

export interface AlertSample {
  readonly id: string;
  readonly occurredAt: string;
  readonly action: string;
  readonly outcome: Outcome;
  readonly actor: Pick<Actor, 'type' | 'id' | 'name'>;
  readonly message?: string;
}

interface Person {
  readonly id: string;
  readonly name?: string;
}
