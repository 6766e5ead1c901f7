/** Finds paths of a rule at which no event has a value: groups that are all the same, places of a title that stay empty. */
import { fieldAt } from './event-fields.ts';
import { sayMissing } from './field-words.ts';
import type { Found } from './finding.ts';
import type { Rule } from './rule.ts';
import { placesOf } from './template.ts';

/** What braces hold besides paths. */
const WORDS: ReadonlySet<string> = new Set(['count', 'window']);

export function lintPaths({ condition, groupBy, title, message = '' }: Rule): readonly Found[] {
  const paths = [
    ...('field' in condition ? [{ at: 'field', path: condition.field }] : []),
    ...groupBy.map((path, i) => ({ at: `groupBy[${i}]`, path })),
    ...inBraces('title', title),
    ...inBraces('message', message),
  ];
  return paths
    .filter(({ path }) => !isValue(path))
    .map(({ at, path }) => ({
      level: 'error',
      path: at,
      problem: 'unknown-path',
      message: `${path} ${sayMissing(path)}`,
    }));
}

function inBraces(at: string, text: string): readonly { readonly at: string; readonly path: string }[] {
  return [...new Set(placesOf(text))].filter((path) => !WORDS.has(path)).map((path) => ({ at, path }));
}

function isValue(path: string): boolean {
  const field = fieldAt(path);
  return field !== undefined && field !== 'group';
}
