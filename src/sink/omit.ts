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

const EVENT_PATHS: ReadonlySet<string> = new Set([
  ...WHOLE,
  ...OPEN,
  ...ACTOR.map((name) => `actor.${name}`),
  ...SOURCE.map((name) => `source.${name}`),
]);

const ALERT_PATHS: ReadonlySet<string> = new Set([
  ...['message', 'group', 'samples', 'links', 'images', 'labels', 'acknowledgedBy', 'rule.owner'],
]);
const ALERT_OPEN = ['group', 'labels'];

/** Whether an event, or an alert, without it is still one. */
export function mayBeOmitted(path: unknown, takes: 'events' | 'alerts'): path is string {
  if (typeof path !== 'string') return false;
  const [exact, open] = takes === 'events' ? [EVENT_PATHS, OPEN] : [ALERT_PATHS, ALERT_OPEN];
  return exact.has(path) || open.some((root) => path.startsWith(`${root}.`) && !path.endsWith('.'));
}

export function omitWanted(takes: 'events' | 'alerts'): string {
  const [exact, open] = takes === 'events' ? [EVENT_PATHS, OPEN] : [ALERT_PATHS, ALERT_OPEN];
  const closed = [...exact].filter((path) => !open.includes(path));
  return `must be a field that an ${takes.slice(0, -1)} can be without: ${open.join(', ')} or a path in them, ${closed.join(', ')}`;
}

/** The same value, copied as far as something is left out. */
export function omitFrom<T>(value: T, paths: readonly string[]): T {
  return paths.reduce<unknown>((rest, path) => without(rest, path.split('.')), value) as T;
}

function without(value: unknown, [name = '', ...deeper]: readonly string[]): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: field, ...others } = value;
  return deeper.length === 0 ? others : { ...value, [name]: without(field, deeper) };
}
