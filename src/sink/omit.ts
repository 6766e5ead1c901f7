/** Leaves fields of an event out for a destination that must not, or need not, have them. */
import { isObject } from '../domain/protocol/fields.ts';

/** These, and nothing that a mapper cannot do without. */
const WHOLE = ['message', 'changes', 'performance', 'error', 'error.stack', 'error.code', 'dataRef'];
const OPEN = ['reason', 'context', 'http', 'privacy', 'labels', 'metadata'];
const ACTOR = [
  'name',
  'email',
  'roles',
  'groups',
  'sessionId',
  'mfa',
  'credentialId',
  'onBehalfOf',
  'metadata',
];
const SOURCE = [
  'version',
  'component',
  'region',
  'accountId',
  'functionName',
  'functionVersion',
  'requestId',
];

const EXACT: ReadonlySet<string> = new Set([
  ...WHOLE,
  ...OPEN,
  ...ACTOR.map((name) => `actor.${name}`),
  ...SOURCE.map((name) => `source.${name}`),
]);

/** Whether an event without it is still one. */
export function mayBeOmitted(path: unknown): path is string {
  if (typeof path !== 'string') return false;
  return EXACT.has(path) || OPEN.some((root) => path.startsWith(`${root}.`) && !path.endsWith('.'));
}

export const OMIT_WANTED = `must be a field that an event can be without: ${OPEN.join(', ')} or a path in them, ${[...EXACT].filter((path) => !OPEN.includes(path)).join(', ')}`;

/** The same value, copied as far as something is left out. */
export function omitFrom(value: unknown, paths: readonly string[]): unknown {
  return paths.reduce((rest, path) => without(rest, path.split('.')), value);
}

function without(value: unknown, [name = '', ...deeper]: readonly string[]): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: field, ...others } = value;
  return deeper.length === 0 ? others : { ...value, [name]: without(field, deeper) };
}
