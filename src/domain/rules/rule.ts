/** A detection rule: which events are worth waking somebody for, how many of them, and what that person reads. Rules are
 * files in the user's repository; `parse-rule.ts` makes these of them. */
import type { Severity } from '../event/audit-event.ts';
import type { Filter } from '../filter/index.ts';

/** What has to happen before the alert fires. Times are the events' own (`occurredAt`). */
export type Condition =
  /** Any event of the pattern. */
  | { readonly kind: 'match' }
  /** `count` events of a group within the window. */
  | { readonly kind: 'threshold'; readonly count: number; readonly windowMs: number }
  /** `count` different values of a field among the events of a group within the window. */
  | {
      readonly kind: 'distinct_values';
      readonly field: string;
      readonly count: number;
      readonly windowMs: number;
    }
  /** A value of the field that the group has not shown before, once the group has been known for `learningMs`. The value is
   * part of the alert's group. */
  | { readonly kind: 'new_value'; readonly field: string; readonly learningMs: number }
  /** No event of a group for `afterMs` since its last one. */
  | { readonly kind: 'silence'; readonly afterMs: number };

export interface Rule {
  /** Small letters, digits and dashes: `login-brute-force`. Unique among all rules. */
  readonly id: string;
  readonly name: string;
  /** Why anybody should care: what an attack or a mistake looks like that this finds. */
  readonly why: string;
  /** As the file has it, for people and for other languages. */
  readonly pattern: unknown;
  readonly filter: Filter;
  readonly condition: Condition;
  readonly severity: Severity;
  /** With `{path}` of the event that fires, `{count}` and `{window}`. */
  readonly title: string;
  readonly message?: string;
  /** Paths whose values tell groups apart, each with its own alert; the tenant always does. */
  readonly groupBy: readonly string[];
  /** Destinations by name. Default: what the routes say. */
  readonly channels?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: string;
  readonly runbookUrl?: string;
  /** An event of this pattern and group ends the alert. */
  readonly resolvedBy?: { readonly pattern: unknown; readonly filter: Filter };
  /** Without an event for so long the alert is over. Never shorter than the window. A `silence` ends with the next event. */
  readonly quietMs: number;
  /** While it fires and nobody has acknowledged it, people hear again after so long. */
  readonly repeatMs: number;
  /** More events of a firing alert are told together, this often at most. */
  readonly mergeMs: number;
  /** How much later than a newer event of its group an event may come and still be counted where it belongs. */
  readonly latenessMs: number;
  /** Alerts that may fire for one tenant within an hour; the rest are told as one summary. */
  readonly maxAlertsPerHour: number;
  readonly tests: readonly RuleTest[];
  /** Where it was read, for messages. */
  readonly file?: string;
}

/** An inline test: an event (what it leaves out is filled in), and whether the pattern takes it. */
export interface RuleTest {
  readonly name: string;
  readonly expect: 'match' | 'no match';
  readonly event: Readonly<Record<string, unknown>>;
}
