/** What a field of an event can be, in words for people. */
import type { Value } from '../filter/condition.ts';
import { allPaths, type Field, fieldAt } from './event-fields.ts';
import { nearestName } from './nearest-name.ts';

/** `one of success, failure`. */
export function sayField({ kind }: Field): string {
  switch (kind.kind) {
    case 'any':
      return 'anything';
    case 'choice':
      return kind.values.length === 1 ? `always ${kind.values[0]}` : `one of ${kind.values.join(', ')}`;
    case 'text':
      return kind.form.says;
    case 'number':
      return kind.most < Number.MAX_SAFE_INTEGER
        ? `a number from ${kind.least} to ${kind.most}`
        : `a number of ${kind.least} or more`;
  }
}

/** Why there is nothing at a path, with what was probably meant: `is no field of an event; did you mean actor.id?` */
export function sayMissing(path: string): string {
  if (fieldAt(path) === 'group') {
    const below = allPaths().find((each) => each.startsWith(`${path}.`)) ?? path;
    return `holds other fields and no value; name one of them, such as ${below}`;
  }
  const near = nearestName(path, allPaths());
  return `is no field of an event; ${near === undefined ? 'what is your own is under metadata or labels' : `did you mean ${near}?`}`;
}

/** A value of a pattern, cut where it is long. */
export function sayValue(value: Value): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
