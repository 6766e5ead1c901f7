/** Whether anybody outside the page hears of an alert now: a notice says how it was when it was made, silences change since. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import { type Filter, FilterError, matches, parseFilter } from '../../../src/domain/filter/index.ts';

/** Why nobody is told. The silence, where the page knows it. */
export type Quiet = NonNullable<Alert['suppressedBy']> & { readonly silence?: Silence };

export function isActive({ from, until, endedBy }: Silence, nowMs: number): boolean {
  return endedBy === undefined && Date.parse(from) <= nowMs && nowMs < Date.parse(until);
}

export function quietOf(alert: Alert, silences: readonly Silence[], nowMs: number): Quiet | undefined {
  const silence = silences.find((one) => isActive(one, nowMs) && takes(one.match, alert));
  if (silence) return { kind: 'silence', id: silence.id, silence };
  const { suppressedBy } = alert;
  const isKnownToBeOver =
    suppressedBy?.kind === 'silence' && silences.some(({ id }) => id === suppressedBy.id);
  return isKnownToBeOver ? undefined : suppressedBy;
}

/** Whether a silence with this pattern takes the alert; one that cannot be read takes none. */
export function takes(match: unknown, alert: Alert): boolean {
  const filter = compiled(match);
  return filter !== undefined && matches(filter, alert);
}

const filters = new WeakMap<object, Filter | 'none'>();

function compiled(match: unknown): Filter | undefined {
  if (typeof match !== 'object' || match === null) return undefined;
  const known = filters.get(match) ?? parsed(match);
  filters.set(match, known);
  return known === 'none' ? undefined : known;
}

function parsed(match: object): Filter | 'none' {
  try {
    return parseFilter(match);
  } catch (error) {
    if (error instanceof FilterError) return 'none';
    throw error;
  }
}
