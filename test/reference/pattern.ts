/** The meaning of an event pattern as plainly as it can be said, for tests: no cleverness, nothing from `src/`.
 *
 * A pattern is its branches ($or multiplied out), each a list of fields in the order of their names. An event is its
 * leaves: path, value, and the array elements it stands in. A branch matches when one leaf can be picked for every
 * field so that all picks agree on the elements of the arrays they share; "absent" is asked of the picks before it. */

type Value = string | number | boolean | null;
type Elements = Readonly<Record<string, number>>;

interface Leaf {
  readonly path: string;
  readonly value: Value;
  readonly elements: Elements;
}

/** Whether the event matches a valid pattern. */
export function referenceMatches(pattern: unknown, event: unknown): boolean {
  const leaves = leavesOf(event);
  return branchesOf(pattern as object).some((branch) => {
    const fields = [...branch].sort(([a], [b]) => (a < b ? -1 : 1));
    return pickAll(fields, leaves, {});
  });
}

type Branch = ReadonlyMap<string, readonly unknown[]>;

function branchesOf(
  pattern: object,
  prefix = '',
  before: readonly Branch[] = [new Map()],
): readonly Branch[] {
  let branches = before;
  for (const [name, value] of Object.entries(pattern)) {
    if (name === '$or' && Array.isArray(value)) {
      const start = branches;
      branches = value.flatMap((rule: object) => branchesOf(rule, prefix, start));
    } else if (Array.isArray(value))
      branches = branches.map((branch) => new Map([...branch, [prefix + name, value]]));
    else branches = branchesOf(value, `${prefix}${name}.`, branches);
  }
  return branches;
}

function leavesOf(event: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  let arrays = 0;
  const walk = (value: unknown, path: string, elements: Elements): void => {
    if (Array.isArray(value)) {
      const array = `array ${arrays++}`;
      value.forEach((each: unknown, index) => {
        const nested = typeof each === 'object' && each !== null;
        walk(each, path, nested ? { ...elements, [array]: index } : elements);
      });
    } else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value))
        walk(each, path === '' ? name : `${path}.${name}`, elements);
    else leaves.push({ path, value: value as Value, elements });
  };
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) walk(event, '', {});
  return leaves;
}

function pickAll(
  fields: readonly [string, readonly unknown[]][],
  leaves: readonly Leaf[],
  picked: Elements,
): boolean {
  const [first, ...others] = fields;
  if (first === undefined) return true;
  const [path, list] = first;
  const possible = leaves.filter((leaf) => leaf.path === path && agree(leaf.elements, picked));
  const mayBeAbsent = list.some((element) => operand(element, 'exists') === false);
  if (mayBeAbsent && possible.length === 0 && pickAll(others, leaves, picked)) return true;
  return possible.some(
    (leaf) =>
      list.some((element) => satisfies(leaf.value, element)) &&
      pickAll(others, leaves, { ...picked, ...leaf.elements }),
  );
}

function agree(one: Elements, other: Elements): boolean {
  return Object.entries(one).every(([array, index]) => other[array] === undefined || other[array] === index);
}

function operand(element: unknown, operator: string): unknown {
  return typeof element === 'object' && element !== null
    ? (element as Record<string, unknown>)[operator]
    : undefined;
}

function satisfies(value: Value, element: unknown): boolean {
  if (typeof element !== 'object' || element === null) {
    const address = typeof element === 'string' ? addressOf(element) : undefined;
    return address === undefined
      ? value === element
      : typeof value === 'string' && addressOf(value) === address;
  }
  const [operator, wanted] = Object.entries(element)[0] as [string, unknown];
  switch (operator) {
    case 'exists':
      return wanted === true;
    case 'anything-but': {
      if (typeof wanted !== 'object') return value !== wanted;
      if (Array.isArray(wanted)) return !wanted.includes(value);
      const [inner, texts] = Object.entries(wanted as object)[0] as [string, string | string[]];
      return ![texts].flat().some((text) => satisfies(value, { [inner]: text }));
    }
    case 'numeric':
      return typeof value === 'number' && inRange(value, wanted as (string | number)[]);
  }
  if (typeof value !== 'string') return false;
  switch (operator) {
    case 'exactly':
      return value === wanted;
    case 'equals-ignore-case':
      return new RegExp(`^${ignoringCase(wanted as string)}$`, 'su').test(value);
    case 'prefix':
    case 'suffix': {
      const folded = operand(wanted, 'equals-ignore-case') as string | undefined;
      const text = folded === undefined ? literally(wanted as string) : ignoringCase(folded);
      return new RegExp(operator === 'prefix' ? `^${text}` : `${text}$`, 'su').test(value);
    }
    case 'wildcard': {
      const pieces = (wanted as string).match(/\\.|\*|[^\\*]+/gsu) ?? [];
      const source = pieces.map((piece) => (piece === '*' ? '.*' : literally(piece.replace(/^\\/, ''))));
      return new RegExp(`^${source.join('')}$`, 'su').test(value);
    }
    case 'cidr': {
      const [network, bits] = (wanted as string).split('/') as [string, string];
      const address = addressOf(value);
      return address !== undefined && sameBits(address, addressOf(network) as string, Number(bits));
    }
    default:
      throw new Error(`the reference knows no ${operator}`);
  }
}

function inRange(value: number, range: readonly (string | number)[]): boolean {
  for (let i = 0; i < range.length; i += 2) {
    const bound = range[i + 1] as number;
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    };
    if (!holds[range[i] as keyof typeof holds]) return false;
  }
  return true;
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function ignoringCase(text: string): string {
  return [...text].map((c) => `(?:${literally(c.toLowerCase())}|${literally(c.toUpperCase())})`).join('');
}

/** An address as bits, "4:…" or "6:…"; undefined if the text is none. */
function addressOf(text: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.some((byte) => byte > 255) || text.length > 15
      ? undefined
      : `4:${bytes.map((byte) => bits(byte, 8)).join('')}`;
  }
  if (!/^[0-9a-f:]*:[0-9a-f:]*$/i.test(text)) return undefined;
  const [head, tail, ...more] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined || more.length > 0) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])].map((group) =>
    group === '' ? Number.NaN : Number.parseInt(group, 16),
  );
  if (!groups.every((group) => group <= 0xffff)) return undefined;
  const all = groups.map((group) => bits(group, 16)).join('');
  return all.startsWith(`${'0'.repeat(80)}${'1'.repeat(16)}`) ? `4:${all.slice(96)}` : `6:${all}`;
}

function bits(number: number, length: number): string {
  return number.toString(2).padStart(length, '0');
}

function sameBits(one: string, other: string, count: number): boolean {
  return one.slice(0, 2 + count) === other.slice(0, 2 + count);
}
