/** Random patterns about what is really in an event, so that about half of them match it. */
import type { Json } from './arbitrary-patterns.ts';

type Random = () => number;

/** mulberry32: the same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Leaf {
  readonly steps: readonly string[];
  readonly value: Json;
}

/** A pattern on some of the event's fields; `other` lends it values that the event may not have. */
export function patternFrom(random: Random, event: Json, other: Json): { [name: string]: Json } {
  const leaves = leavesOf(event);
  const strangers = leavesOf(other);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const rule = (count: number): { [name: string]: Json } => {
    const pattern: { [name: string]: Json } = {};
    for (let i = 0; i < count; i++) {
      const leaf = random() < 0.9 ? pick(leaves) : pick(strangers);
      const list: Json[] = [element(random, leaf.value)];
      while (random() < 0.3) list.push(element(random, random() < 0.5 ? leaf.value : pick(strangers).value));
      put(pattern, leaf.steps, list);
    }
    return pattern;
  };
  const pattern = rule(1 + Math.floor(random() * 3));
  if (random() < 0.25)
    pattern.$or = Array.from({ length: 2 + Math.floor(random() * 2) }, () =>
      rule(1 + Math.floor(random() * 2)),
    );
  return pattern;
}

function leavesOf(event: Json): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (value: Json, steps: readonly string[]): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, steps);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) walk(each, [...steps, name]);
    else leaves.push({ steps, value });
  };
  walk(event, []);
  return leaves;
}

/** One list element that has to do with the value. */
function element(random: Random, value: Json): Json {
  const chance = random();
  if (chance < 0.06) return { exists: random() < 0.7 };
  if (typeof value === 'number') {
    const width = Math.floor(random() * 10);
    if (chance < 0.3) return value;
    if (chance < 0.5)
      return {
        numeric: [random() < 0.5 ? '>' : '>=', value - width, random() < 0.5 ? '<' : '<=', value + 1],
      };
    if (chance < 0.7)
      return { numeric: [['=', '<', '<=', '>', '>='][Math.floor(random() * 5)] as string, value] };
    return { 'anything-but': random() < 0.5 ? value : [value, value + width] };
  }
  if (typeof value !== 'string') return value;
  const cut = Math.floor(random() * (value.length + 1));
  const swapped = [...value]
    .map((c) => (c.length > 1 ? c : random() < 0.5 ? c.toUpperCase() : c.toLowerCase()))
    .join('');
  const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('*', '\\*');
  const wild =
    random() < 0.5
      ? `${escaped(value.slice(0, cut))}*${escaped(value.slice(cut + Math.floor(random() * 5)))}`
      : `*${escaped(value.slice(cut, cut + 4))}${cut + 4 > value.length - 1 ? '' : '*'}`;
  const wildcard = wild.replace(/\*{2,}/g, '*').slice(0, 200);
  const safe = wildcard.endsWith('\\') ? '*' : wildcard;
  const address = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(value);
  if (address !== null && chance < 0.5)
    return {
      cidr: `${address[1]}.${random() < 0.5 ? address[2] : 7}.3.0/${[8, 12, 16, 24][Math.floor(random() * 4)]}`,
    };
  if (chance < 0.2) return value;
  if (chance < 0.28) return { prefix: value.slice(0, cut) };
  if (chance < 0.36) return { suffix: value.slice(cut) };
  if (chance < 0.44) return { 'equals-ignore-case': swapped };
  if (chance < 0.5) return { prefix: { 'equals-ignore-case': swapped.slice(0, cut) } };
  if (chance < 0.56) return { suffix: { 'equals-ignore-case': swapped.slice(cut) } };
  if (chance < 0.68) return { wildcard: safe };
  if (chance < 0.76) return { 'anything-but': random() < 0.5 ? value : [value, 'something else'] };
  if (chance < 0.82 && cut > 0) return { 'anything-but': { prefix: value.slice(0, cut) } };
  if (chance < 0.88 && cut < value.length) return { 'anything-but': { suffix: [value.slice(cut), 'other'] } };
  if (chance < 0.94) return { 'anything-but': { 'equals-ignore-case': swapped } };
  return { 'anything-but': { wildcard: safe } };
}

/** Puts a list at a path, unless something is in the way. */
function put(pattern: { [name: string]: Json }, steps: readonly string[], list: Json): void {
  let object = pattern;
  for (const step of steps.slice(0, -1)) {
    const next = object[step] ?? {};
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return;
    object[step] = next;
    object = next;
  }
  const last = steps.at(-1) as string;
  if (object[last] === undefined) object[last] = list;
}
