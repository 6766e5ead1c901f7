/** Which values of a field a group has shown: a value counts as new once, for the event that brought it. */
import type { Rule } from '../domain/rules/rule.ts';
import { shortHash } from './recent.ts';
import type { Occurrence } from './step-context.ts';

export interface KnownValues {
  /** The group's first event, by its own time. */
  readonly firstMs: number;
  /** Value, the event that brought it, when it was last seen (by event time, to a day): as short hashes. */
  readonly values: readonly (readonly [value: string, eventId: string, lastMs: number])[];
}

/** Of a group; the one that was not seen for longest gives way, and would be new again. */
export const MAX_VALUES = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** What is known afterwards, undefined if nothing changed, and the occurrences that are news. */
export function learn(
  known: KnownValues | undefined,
  occurrences: readonly Occurrence[],
  rule: Rule,
): { readonly known: KnownValues | undefined; readonly news: readonly Occurrence[] } {
  const learningMs = rule.condition.kind === 'new_value' ? rule.condition.learningMs : 0;
  const sorted = occurrences.toSorted((a, b) => a.ms - b.ms);
  let firstMs = known?.firstMs ?? sorted[0]?.ms ?? 0;
  const values = new Map((known?.values ?? []).map(([value, id, lastMs]) => [value, { id, lastMs }]));
  const news: Occurrence[] = [];
  let isChanged = known === undefined;
  for (const occurrence of sorted) {
    const { ms, event } = occurrence;
    const value = shortHash(occurrence.value ?? '');
    const before = values.get(value);
    if (ms < firstMs) {
      firstMs = ms;
      isChanged = true;
    }
    // The event that brought it may come twice: the first time may have ended before the alert was safe.
    if (before?.id === shortHash(event.id)) news.push(occurrence);
    else if (!before) {
      // The group's very first value differs from nothing.
      const isNews = ms >= firstMs + learningMs && values.size > 0;
      values.set(value, { id: isNews ? shortHash(event.id) : '', lastMs: ms });
      if (isNews) news.push(occurrence);
      isChanged = true;
    } else if (ms >= before.lastMs + DAY_MS) {
      values.set(value, { ...before, lastMs: ms });
      isChanged = true;
    }
  }
  if (!isChanged) return { known: undefined, news };
  const kept = [...values].sort(([, a], [, b]) => b.lastMs - a.lastMs).slice(0, MAX_VALUES);
  return {
    known: { firstMs, values: kept.map(([value, { id, lastMs }]) => [value, id, lastMs] as const) },
    news,
  };
}
