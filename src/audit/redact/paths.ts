/** Masks what the service names by path: `http.request.body.customer.iban`, `metadata.*.phone`, `targets[*].name`. */
import { MASK } from '../../domain/event/mask-secrets.ts';
import type { Cut } from './json.ts';

type Steps = readonly string[];

/** Roots that a service may cut in; the rest of the record it cannot do without. */
export const ROOTS = [
  'actor',
  'changes',
  'context',
  'error',
  'http',
  'labels',
  'message',
  'metadata',
  'reason',
  'targets',
];
/** Below these any value may stand; elsewhere what is no text is left out. */
const FREE = /^(?:metadata|labels|http\.(?:request|response)\.body|changes\.[^.]+\.(?:before|after))(?:\.|$)/;

/** Steps of a path; an index or `[*]` is a step of its own. */
export function stepsOf(path: string): Steps {
  return path.split(/\.|\[([^\]]*)\]/).filter((step) => step !== undefined && step !== '');
}

/** A copy of `record` with these paths masked; the same where none is there. */
export function redactPaths<Value>(record: Value, paths: readonly Steps[], cut: Cut): Value {
  return paths.reduce<unknown>((value, steps) => along(value, steps, [], cut), record) as Value;
}

function along(value: unknown, steps: Steps, at: (string | number)[], cut: Cut): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [step, ...rest] = steps;
  const keys = step === '*' ? Object.keys(value) : [step as string];
  let copy: Record<string, unknown> | unknown[] | undefined;
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const before = (value as Readonly<Record<string, unknown>>)[key];
    const here = [...at, Array.isArray(value) ? Number(key) : key];
    const after = rest.length === 0 ? maskAt(before, here, cut) : along(before, rest, here, cut);
    if (after === before) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    if (after === undefined) delete (copy as Record<string, unknown>)[key];
    else (copy as Record<string, unknown>)[key] = after;
  }
  return copy ?? value;
}

function maskAt(value: unknown, at: readonly (string | number)[], cut: Cut): unknown {
  if (value === undefined || value === MASK) return value;
  cut(at);
  return typeof value === 'string' || FREE.test(at.join('.')) ? MASK : undefined;
}
