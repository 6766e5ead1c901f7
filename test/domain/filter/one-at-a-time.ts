/** Takes a pattern apart into patterns with one expression a field, one of which must match where the whole does.
 * event-ruler builds one automaton from all expressions on a field, and some mixtures make it wrong: asked for the
 * parts it contradicts its own answer for the whole. A difference counts only if it stays when asked this way. */
import type { Json } from './arbitrary-patterns.ts';

type Fields = ReadonlyMap<string, readonly Json[]>;

/** All patterns with one expression a field; undefined if there are more than `most`. */
export function oneAtATime(pattern: { [name: string]: Json }, most: number): string[] | undefined {
  const parts: string[] = [];
  for (const fields of branches([new Map()], pattern, '')) {
    let choices: { [path: string]: Json }[] = [{}];
    for (const [path, list] of fields) {
      choices = choices.flatMap((choice) => list.map((each) => ({ ...choice, [path]: [each] })));
      if (choices.length + parts.length > most) return undefined;
    }
    parts.push(...choices.map((choice) => JSON.stringify(choice)));
  }
  return parts;
}

/** The `$or` multiplied out, in the order of writing; a path that comes again replaces the earlier list. */
function branches(
  before: readonly Fields[],
  object: { [name: string]: Json },
  prefix: string,
): readonly Fields[] {
  let result = before;
  for (const [name, value] of Object.entries(object)) {
    if (name === '$or') {
      const rules = value as { [name: string]: Json }[];
      const start = result;
      result = rules.flatMap((rule) => branches(start, rule, prefix));
    } else if (Array.isArray(value))
      result = result.map((fields) => new Map([...fields, [prefix + name, value]]));
    else result = branches(result, value as { [name: string]: Json }, `${prefix}${name}.`);
  }
  return result;
}
