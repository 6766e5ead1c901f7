/** Who hears of which alert, and when nobody should: data beside the rules. All patterns here are over the notice
 * (docs/alert.md): `{"severity": ["high"], "labels": {"team": ["payments"]}}`. */
import type { Filter } from '../filter/index.ts';

export interface Route {
  readonly name: string;
  readonly match: unknown;
  readonly filter: Filter;
  /** Destinations by name; an empty list is the page alone. */
  readonly channels: readonly string[];
  /** Routes are asked in order, and the first that matches decides, unless it says that the next are asked too. */
  readonly goesOn: boolean;
}

/** While an alert that `by` matches is open, alerts that `what` matches and that are equal in all `equal` paths are not told. */
export interface Inhibition {
  readonly name: string;
  readonly by: Filter;
  readonly what: Filter;
  readonly equal: readonly string[];
}

export type MaintenanceTimes =
  | { readonly kind: 'once'; readonly fromMs: number; readonly untilMs: number }
  | {
      readonly kind: 'weekly';
      /** 0 is Sunday. The days on which it begins. */
      readonly days: readonly number[];
      /** Minutes after midnight; an end that is not after the beginning is on the next day. */
      readonly fromMinute: number;
      readonly untilMinute: number;
      /** IANA name. */
      readonly timeZone: string;
    };

/** Planned work: what it matches is not told meanwhile. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly match: unknown;
  readonly filter: Filter;
  readonly times: MaintenanceTimes;
}

export interface AlertPolicy {
  /** None: every destination of alerts hears of everything from `medium` up; below it is on the page alone. */
  readonly routes: readonly Route[];
  readonly inhibitions: readonly Inhibition[];
  readonly maintenance: readonly MaintenanceWindow[];
  /** Whether an open alert keeps less grave ones of exactly the same group from being told. Default: it does. */
  readonly severityInhibition?: boolean;
}
