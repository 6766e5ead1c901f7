/** What an alert's rule looks for, in words, and the filter of the events that it is about. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { type Choice, type FilterState, NO_FILTER } from '../filter/filter-state.ts';

const KINDS: Readonly<Record<Alert['rule']['kind'], string>> = {
  match: 'any event of its pattern',
  threshold: 'many events in a short time',
  distinct_values: 'many different values in a short time',
  new_value: 'a value that was not seen before',
  silence: 'expected events that stopped',
};

export function kindInWords({ rule }: Alert): string {
  return KINDS[rule.kind];
}

/** Events of the group, and of the action where all samples have the same; undefined where nothing tells them from others. */
export function filterOf({ group = {}, samples = [] }: Alert): FilterState | undefined {
  const [action, ...others] = [...new Set(samples.map((sample) => sample.action))];
  const choices = Object.entries(group).flatMap(([path, value]) =>
    valuesOf(value).map((one): Choice => ({ path, value: one, not: false })),
  );
  if (action !== undefined && others.length === 0 && group.action === undefined)
    choices.push({ path: 'action', value: action, not: false });
  return choices.length === 0 ? undefined : { ...NO_FILTER, choices };
}

/** A group's values are text; in an event it may have been a number or a yes. */
function valuesOf(text: string): readonly Choice['value'][] {
  if (text === 'true' || text === 'false') return [text, text === 'true'];
  return text !== '' && String(Number(text)) === text ? [text, Number(text)] : [text];
}
