/** The table of fields says the same as the parser of events. */
import { expect, test } from '@jest/globals';
import { AuditEventError } from '../../../src/domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';
import { allPaths, type Field, fieldAt } from '../../../src/domain/rules/event-fields.ts';
import { anAuditEvent } from '../event/an-audit-event.ts';
import { CORPUS } from '../mappers/corpus.ts';

const LISTS = [
  'actor.roles',
  'actor.groups',
  'context.ips',
  'privacy.redactedPaths',
  'privacy.truncatedPaths',
  'privacy.subjectIds',
];
/** Without the system's own, and without maps, whose keys are anybody's. */
const paths = allPaths().filter((path) => !path.startsWith('dataRef.') && fieldAt(path) !== 'group');
const field = (path: string) => fieldAt(path) as Field;

test.each(paths.filter((path) => field(path).kind.kind !== 'any'))('%s is what the parser says', (path) => {
  const { kind } = field(path);
  const wrong = kind.kind === 'text' || kind.kind === 'number' ? true : 'none of these';
  const [fault] = faultsWith(path, wrong);
  const where = path.replace(/^(targets|changes)\./, '$1[0].');
  switch (kind.kind) {
    case 'choice':
      expect(fault?.message).toContain(
        typeof kind.values[0] === 'boolean'
          ? 'must be true or false'
          : `must be one of ${kind.values.join(', ')}`,
      );
      break;
    case 'text':
      expect(fault?.message).toMatch(/must be (a string|an RFC 3339 timestamp)/);
      break;
    case 'number':
      expect(fault?.message).toContain('must be a JSON number');
      expect(faultsWith(path, kind.least - 1)).toHaveLength(1);
      expect(faultsWith(path, kind.least)).toEqual([]);
      expect(faultsWith(path, kind.least + 0.5)).toHaveLength(kind.isWhole ? 1 : 0);
      if (kind.most < Number.MAX_SAFE_INTEGER) expect(faultsWith(path, kind.most + 1)).toHaveLength(1);
  }
  expect(fault?.path.replace(/\.x$|\[0\]$/, '')).toBe(where.replace(/\.x$/, ''));
});

test('a field is required where the parser requires it', () => {
  const required = paths.filter((path) => field(path).isRequired || field(path).requiredIn !== undefined);
  const asked = paths.filter((path) => {
    const others = beside(path);
    return faultsIn(others).some(
      ({ path: at, message }) => at.replace('[0]', '') === path && message.startsWith('is required'),
    );
  });
  expect(asked).toEqual(required);
});

test('every value of every real event is one that the table allows', () => {
  for (const event of CORPUS)
    walk(event, '', (path, value) => {
      const found = fieldAt(path);
      const { kind } = found as Field;
      const allowed =
        kind?.kind === 'any' ||
        (kind?.kind === 'choice' && kind.values.includes(value as string)) ||
        (kind?.kind === 'text' && kind.form.whole(value as string)) ||
        (kind?.kind === 'number' && (value as number) >= kind.least && (value as number) <= kind.most);
      if (!allowed) throw new Error(`${path} has ${JSON.stringify(value)}`);
    });
});

/** A valid event with a value at a path. */
function faultsWith(path: string, value: unknown) {
  return faultsIn(at(path, LISTS.includes(path) ? [value] : value));
}

function at(path: string, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path.split('.');
  const event = anAuditEvent({ error: undefined, performance: undefined }) as unknown as Record<
    string,
    unknown
  >;
  if (rest.length === 0)
    return { ...event, [first]: fieldAt(`${path}.x`) === undefined ? value : { x: value } };
  const whole = { ...(required(first, event[first]) as object) };
  let holder = whole as Record<string, unknown>;
  for (const [i, step] of rest.slice(0, -1).entries()) {
    const below = { ...(required([first, ...rest.slice(0, i + 1)].join('.'), holder[step]) as object) };
    holder[step] = below;
    holder = below as Record<string, unknown>;
  }
  const last = rest.at(-1) as string;
  if (value === undefined) delete holder[last];
  else holder[last] = fieldAt(`${path}.x`) === undefined ? value : { x: value };
  return { ...event, [first]: first === 'targets' || first === 'changes' ? [whole] : whole };
}

/** An object with what it must have. */
function required(prefix: string, old: unknown): unknown {
  const values: Record<string, unknown> = { 'changes.op': 'add', 'performance.durationMs': 1 };
  const must = paths.filter((path) => field(path).requiredIn === prefix);
  return {
    ...Object.fromEntries(must.map((path) => [path.slice(prefix.length + 1), values[path] ?? 'x'])),
    ...(Array.isArray(old) ? {} : (old as object)),
  };
}

/** A valid event with everything that goes around a path, and nothing there. */
function beside(path: string): Record<string, unknown> {
  if (path.includes('.')) return at(path, undefined);
  const { [path]: _gone, ...rest } = anAuditEvent() as unknown as Record<string, unknown>;
  return rest;
}

function faultsIn(event: unknown) {
  try {
    parseAuditEvent(event);
    return [];
  } catch (error) {
    if (error instanceof AuditEventError) return error.issues;
    throw error;
  }
}

function walk(value: unknown, path: string, leaf: (path: string, value: unknown) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, path, leaf);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value))
      walk(each, path === '' ? name : `${path}.${name}`, leaf);
  else leaf(path, value);
}
