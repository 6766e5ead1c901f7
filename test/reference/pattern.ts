/** Says which events a pattern matches, slowly and plainly, so that the real matcher has something to be judged by.
 *
 * It imports nothing from `src/`, and follows the words of the documentation, not the code of the real one:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * It expects a valid pattern, and does not say what is wrong with an invalid one.
 * One thing it does not know: what `exists: false` means inside an array whose elements differ. It takes a field as
 * existing when any element has it. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value at the end of a path, and which element it stands in of every array of objects on the way. */
interface Leaf {
  readonly path: string;
  readonly value: null | boolean | number | string;
  /** Array's name → number of the element. */
  readonly places: ReadonlyMap<string, number>;
}

/** One field of the pattern with the list of what it may be. */
interface Demand {
  readonly path: string;
  readonly anyOf: readonly Json[];
}

export function referenceMatches(pattern: unknown, event: unknown): boolean {
  const leaves = leavesOf(event as Json, '', new Map());
  return alternativesOf(pattern as Json, '').some((demands) => allHold(demands, leaves, new Map()));
}

/** Every demand takes one leaf, and no two leaves stand in different elements of the same array. */
function allHold(
  demands: readonly Demand[],
  leaves: readonly Leaf[],
  places: ReadonlyMap<string, number>,
): boolean {
  const [demand, ...rest] = demands;
  if (demand === undefined) return true;
  const own = leaves.filter((leaf) => leaf.path === demand.path);
  if (own.length === 0)
    return demand.anyOf.some((wanted) => isExists(wanted, false)) && allHold(rest, leaves, places);
  return own
    .filter((leaf) => demand.anyOf.some((wanted) => fits(wanted, leaf.value)))
    .filter((leaf) => [...leaf.places].every(([array, at]) => (places.get(array) ?? at) === at))
    .some((leaf) => allHold(rest, leaves, new Map([...places, ...leaf.places])));
}

function leavesOf(value: Json, path: string, places: ReadonlyMap<string, number>, name = path): Leaf[] {
  if (Array.isArray(value))
    return value.flatMap((element: Json, at) =>
      typeof element === 'object' && element !== null
        ? leavesOf(element, path, new Map([...places, [name, at]]), `${name}[${at}]`)
        : leavesOf(element, path, places, name),
    );
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, path === '' ? key : `${path}.${key}`, places, name === '' ? key : `${name}.${key}`),
    );
  return [{ path, value: value as Leaf['value'], places }];
}

/** The pattern without `$or`: one list of demands for each way to fulfil it. */
function alternativesOf(pattern: Json, path: string): Demand[][] {
  let alternatives: Demand[][] = [[]];
  for (const [key, inner] of Object.entries(pattern as Record<string, Json>)) {
    const below = path === '' ? key : `${path}.${key}`;
    const ways =
      key === '$or'
        ? (inner as Json[]).flatMap((choice) => alternativesOf(choice, path))
        : Array.isArray(inner)
          ? [[{ path: below, anyOf: inner as Json[] }]]
          : alternativesOf(inner, below);
    alternatives = alternatives.flatMap((left) => ways.map((right) => [...left, ...right]));
  }
  return alternatives;
}

function isExists(wanted: Json, yes: boolean): boolean {
  return isObject(wanted) && wanted.exists === yes;
}

/** Whether a value that is there fits one element of a field's list. */
function fits(wanted: Json, value: Leaf['value']): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [operator, argument] = Object.entries(wanted)[0] as [string, Json];
  switch (operator) {
    case 'exists':
      return argument === true;
    case 'prefix':
      return isObject(argument)
        ? affix(argument, value, (text, part) => text.startsWith(part))
        : typeof value === 'string' && value.startsWith(argument as string);
    case 'suffix':
      return isObject(argument)
        ? affix(argument, value, (text, part) => text.endsWith(part))
        : typeof value === 'string' && value.endsWith(argument as string);
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === (argument as string).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && wildcard(argument as string).test(value);
    case 'numeric':
      return typeof value === 'number' && numeric(argument as Json[], value);
    case 'cidr':
      return typeof value === 'string' && inRange(argument as string, value);
    case 'anything-but':
      return !listOf(argument).some((unwanted) => butFits(unwanted, value));
  }
  throw new Error(`the reference does not know the operator ${operator}`);
}

/** `anything-but` nests one operator, whose argument may be a list. */
function butFits(unwanted: Json, value: Leaf['value']): boolean {
  if (!isObject(unwanted)) return unwanted === value;
  const [operator, argument] = Object.entries(unwanted)[0] as [string, Json];
  return listOf(argument).some((one) => fits({ [operator]: one }, value));
}

function affix(
  argument: { readonly [key: string]: Json },
  value: Leaf['value'],
  test: (text: string, part: string) => boolean,
): boolean {
  const part = argument['equals-ignore-case'] as string;
  return typeof value === 'string' && test(value.toLowerCase(), part.toLowerCase());
}

/** `*` is any number of characters; `\*` and `\\` are themselves. */
function wildcard(text: string): RegExp {
  const parts = text.match(/\\[\s\S]|[\s\S]/g) ?? [];
  const source = parts.map((part) =>
    part === '*'
      ? '[\\s\\S]*'
      : (part.length > 1 ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`);
}

function numeric(argument: readonly Json[], value: number): boolean {
  for (let i = 0; i < argument.length; i += 2) {
    const bound = argument[i + 1] as number;
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[argument[i] as string];
    if (!holds) return false;
  }
  return true;
}

function inRange(cidr: string, text: string): boolean {
  const [network, length] = cidr.split('/') as [string, string];
  const range = bitsOf(network);
  const address = bitsOf(text);
  return (
    range !== undefined &&
    address !== undefined &&
    range.length === address.length &&
    range.slice(0, Number(length)) === address.slice(0, Number(length))
  );
}

/** An address as a text of 32 or 128 zeros and ones. */
function bitsOf(text: string): string | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte <= 255) ? bits(bytes, 8) : undefined;
  }
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(':')) return undefined;
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = 8 - before.length - after.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return undefined;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return bits(
    groups.map((group) => Number.parseInt(group, 16)),
    16,
  );
}

function bits(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
