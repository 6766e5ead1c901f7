/** What the filter bar holds, and the one event pattern that it makes. */
import type { Outcome, Severity } from '../../../src/domain/event/audit-event.ts';

/** A value that was clicked: shown only, or left out. */
export interface Choice {
  /** Dotted path into the event, for example `context.ip`. */
  readonly path: string;
  readonly value: string | number | boolean;
  readonly not: boolean;
}

export interface FilterState {
  readonly severities: readonly Severity[];
  readonly outcomes: readonly Outcome[];
  /** Text of the boxes: part of the value, or with `*` for anything the whole of it. */
  readonly action: string;
  readonly actor: string;
  readonly target: string;
  readonly choices: readonly Choice[];
  /** A free event pattern as JSON text. */
  readonly pattern: string;
}

export const NO_FILTER: FilterState = {
  severities: [],
  outcomes: [],
  action: '',
  actor: '',
  target: '',
  choices: [],
  pattern: '',
};

export function isEmpty({
  severities,
  outcomes,
  action,
  actor,
  target,
  choices,
  pattern,
}: FilterState): boolean {
  return (
    [severities, outcomes, choices].every((list) => list.length === 0) &&
    [action, actor, target, pattern].every((text) => text.trim() === '')
  );
}

/** What a tab with this filter may be called. */
export function nameOf({ severities, outcomes, action, actor, target, choices }: FilterState): string {
  const chosen = choices.map(({ value, not }) => `${not ? 'not ' : ''}${value}`);
  return [...severities, ...outcomes, action, actor, target, ...chosen]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 40);
}

/** Adds the choice, or takes it away when it is there; its opposite goes. */
export function toggle(state: FilterState, choice: Choice): FilterState {
  const others = state.choices.filter(({ path, value }) => path !== choice.path || value !== choice.value);
  const had = state.choices.some(
    ({ path, value, not }) => path === choice.path && value === choice.value && not === choice.not,
  );
  // One action is asked for in one place: a click on "only this" takes over from the box.
  const action = choice.path === 'action' && !choice.not ? '' : state.action;
  return { ...state, action, choices: had ? others : [...others, choice] };
}

export type Composed =
  | { readonly ok: true; readonly pattern: Readonly<Record<string, unknown>> }
  /** `path` is empty when the free pattern is no JSON object at all. */
  | { readonly ok: false; readonly path: string; readonly message: string };

type Pattern = { [key: string]: Pattern | unknown[] };

/** One pattern out of all parts: each part must hold. */
export function toPattern(state: FilterState): Composed {
  const pattern: Pattern = {};
  if (state.severities.length > 0) pattern.severity = [...state.severities];
  if (state.outcomes.length > 0) pattern.outcome = [...state.outcomes];
  if (state.action.trim()) put(pattern, 'action', rulesFor(state.action));
  if (state.actor.trim())
    put(
      pattern,
      'actor.$or',
      ['id', 'name', 'email'].map((name) => ({ [name]: rulesFor(state.actor) })),
    );
  if (state.target.trim())
    put(
      pattern,
      'targets.$or',
      ['id', 'name', 'type'].map((name) => ({ [name]: rulesFor(state.target) })),
    );
  for (const path of new Set(state.choices.map((choice) => choice.path))) {
    const conflict = putChoices(
      pattern,
      path,
      state.choices.filter((choice) => choice.path === path),
    );
    if (conflict) return conflict;
  }
  return state.pattern.trim() ? merged(pattern, state.pattern) : { ok: true, pattern };
}

/** `aws.iam.*` means itself; a text without a star is looked for anywhere, and at the start in any case of letters. */
function rulesFor(text: string): unknown[] {
  const trimmed = text.trim().replaceAll('\\', '\\\\');
  if (trimmed.includes('*')) return [{ wildcard: trimmed.replace(/\*+/g, '*') }];
  return [{ wildcard: `*${trimmed}*` }, { prefix: { 'equals-ignore-case': text.trim() } }];
}

function putChoices(pattern: Pattern, path: string, choices: readonly Choice[]): Composed | undefined {
  const wanted = choices.filter(({ not }) => !not).map(({ value }) => value);
  const unwanted = choices.filter(({ not }) => not).map(({ value }) => value);
  // Alternatives of one field are an "or": what is wanted says already what is not.
  const rules = wanted.length > 0 ? wanted.filter((value) => !unwanted.includes(value)) : [butNot(unwanted)];
  if (at(pattern, path) !== undefined)
    return {
      ok: false,
      path,
      message:
        'is filtered by its box and by a chosen value, and a pattern takes one of them: clear the box or take the value away',
    };
  put(pattern, path, rules);
  return undefined;
}

/** `anything-but` takes strings or numbers, not both. */
function butNot(values: readonly (string | number | boolean)[]): unknown {
  return { 'anything-but': values.every((value) => typeof value === 'number') ? values : values.map(String) };
}

function merged(pattern: Pattern, free: string): Composed {
  let value: unknown;
  try {
    value = JSON.parse(free);
  } catch (error) {
    return { ok: false, path: '', message: `this is not JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      ok: false,
      path: '',
      message: 'write an object, for example {"context": {"ip": [{"cidr": "10.0.0.0/8"}]}}',
    };
  }
  const clash = mergeInto(pattern, value as Pattern, '');
  return clash === undefined
    ? { ok: true, pattern }
    : { ok: false, path: clash, message: 'is set by the filter bar as well: take one of the two away' };
}

/** Returns the path that both set. */
function mergeInto(into: Pattern, from: Pattern, path: string): string | undefined {
  for (const [key, value] of Object.entries(from)) {
    const here = path ? `${path}.${key}` : key;
    const held = Object.hasOwn(into, key) ? into[key] : undefined;
    if (held === undefined)
      Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
    else if (Array.isArray(held) || Array.isArray(value) || typeof value !== 'object') return here;
    else {
      const clash = mergeInto(held, value, here);
      if (clash !== undefined) return clash;
    }
  }
  return undefined;
}

function put(pattern: Pattern, path: string, rules: unknown[]): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let node = pattern;
  for (const key of keys) {
    const held = Object.hasOwn(node, key) ? node[key] : undefined;
    const next: Pattern = held !== undefined && !Array.isArray(held) ? held : {};
    node[key] = next;
    node = next;
  }
  node[last] = rules;
}

function at(pattern: Pattern, path: string): unknown {
  let node: unknown = pattern;
  for (const key of path.split('.')) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Pattern)[key];
  }
  return node;
}
