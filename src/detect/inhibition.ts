/** Finds the open alert that makes another one needless: what a policy says, and a graver one of the same group. */
import type { Alert } from '../domain/alert/alert.ts';
import { SEVERITIES } from '../domain/event/audit-event.ts';
import { canonicalJson } from '../domain/event/canonical-json.ts';
import { matches } from '../domain/filter/index.ts';
import type { Inhibition } from '../domain/rules/alert-policy.ts';
import { valueAt } from './value-at.ts';

export interface InhibitionFacts {
  readonly inhibitions: readonly Inhibition[];
  /** Whether a graver alert of the same group inhibits without being named. Default: it does. */
  readonly severityInhibition?: boolean | undefined;
  /** The latest notices of alerts that may be open, of any tenant. */
  readonly open: readonly Alert[];
}

/** The alert that inhibits this one; undefined if none does. */
export function inhibitorOf(alert: Alert, facts: InhibitionFacts): Alert | undefined {
  const { inhibitions, severityInhibition = true, open } = facts;
  const others = open.filter((other) => mayInhibit(other, alert));
  if (others.length === 0) return undefined;
  const named = inhibitions.filter(({ what }) => matches(what, alert));
  return others.find(
    (other) =>
      named.some(
        ({ by, equal }) => matches(by, other) && equal.every((path) => isEqualAt(path, alert, other)),
      ) ||
      (severityInhibition && isGraver(other, alert) && isSameGroup(other, alert)),
  );
}

function mayInhibit(other: Alert, alert: Alert): boolean {
  return (
    other.status !== 'resolved' &&
    other.suppressedBy === undefined &&
    other.tenantId === alert.tenantId &&
    other.alertId !== alert.alertId
  );
}

/** What neither has is not equal. */
function isEqualAt(path: string, alert: Alert, other: Alert): boolean {
  const value = valueAt(alert, path);
  const same = valueAt(other, path);
  return value !== undefined && same !== undefined && canonicalJson(value) === canonicalJson(same);
}

function isGraver(other: Alert, alert: Alert): boolean {
  return SEVERITIES.indexOf(other.severity) > SEVERITIES.indexOf(alert.severity);
}

function isSameGroup({ group = {} }: Alert, alert: Alert): boolean {
  const paths = Object.keys(group);
  const theirs = alert.group ?? {};
  return (
    paths.length > 0 &&
    paths.length === Object.keys(theirs).length &&
    paths.every((path) => Object.hasOwn(theirs, path) && theirs[path] === group[path])
  );
}
