/** Random patterns over the fields of audit events, right and wrong ones, and random valid events with whatever may be in
 * them, so that "never" and "always" are put to the test. */
import fc from 'fast-check';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';
import { allPaths, fieldAt } from '../../../src/domain/rules/event-fields.ts';
import { CORPUS } from '../mappers/corpus.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const PATHS = allPaths().filter((path) => !path.startsWith('dataRef.') && fieldAt(path) !== 'group');
const BELOW = [
  'metadata.raw.x',
  'labels.a.b',
  'labels.team',
  'actor.metadata.identityType',
  'changes.after.x',
];
const NOWHERE = ['actor', 'targets', 'colour', 'actor.idd', 'outcome.x', 'targets.type.x', 'http.request'];

const TEXTS = [
  '',
  ' ',
  'x',
  'X',
  'admin',
  'Admin',
  'a.b',
  'user.login',
  'aws.signin.console_login',
  '_',
  'User.Login',
  '.a',
  'a..b',
  '1.0',
  'success',
  'SUCCESS',
  'sucess',
  'user',
  'grant',
  'high',
  'iam',
  'public',
  'add',
  'handler',
  '10.0.0.1',
  '::1',
  '0:0:0:0:0:0:0:1',
  '10.0.0.1:80',
  '2026-11-01T12:00:00.000Z',
  '2026-11-01T12:00:00Z',
  'ß',
  'SS',
  'K',
  'true',
  'x'.repeat(300),
];
const NUMBERS = [0, 1, -1, 1.5, 99, 100, 200, 599, 600, 1e9];
const text = fc.constantFrom(...TEXTS);
const short = text.filter((each) => each !== '' && each.length < 40);
const number = fc.constantFrom(...NUMBERS);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: text },
  number,
  fc.boolean(),
  fc.constant(null),
);
const wildcard = fc.constantFrom(
  '*',
  'user.*',
  '*.login',
  '*..*',
  '.*',
  '*.',
  '*success*',
  '*_*',
  'aws.*_*',
  'A*',
  '*Z',
  'a',
  '*:*',
  '1*0',
);
const cut = (from: string, at: number) => from.slice(0, at % (from.length + 1));

const element: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: value },
  { weight: 3, arbitrary: fc.boolean().map((exists): Json => ({ exists })) },
  fc.tuple(text, fc.nat(9)).map(([each, n]): Json => ({ prefix: cut(each, n) })),
  fc.tuple(text, fc.nat(9)).map(([each, n]): Json => ({ suffix: each.slice(n) })),
  text.map((each): Json => ({ prefix: { 'equals-ignore-case': each } })),
  text.map((each): Json => ({ suffix: { 'equals-ignore-case': each } })),
  text.map((each): Json => ({ 'equals-ignore-case': each })),
  wildcard.map((each): Json => ({ wildcard: each })),
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number).map((numeric): Json => ({ numeric })),
  fc
    .tuple(number, number, fc.constantFrom('>', '>='), fc.constantFrom('<', '<='))
    .filter(([low, high]) => low < high)
    .map(([low, high, over, under]): Json => ({ numeric: [over, low, under, high] })),
  fc.constantFrom('10.0.0.0/8', '::/0', '0.0.0.0/0').map((cidr): Json => ({ cidr })),
  fc.array(text, { minLength: 1, maxLength: 2 }).map((each): Json => ({ 'anything-but': each })),
  number.map((each): Json => ({ 'anything-but': each })),
  short.map((prefix): Json => ({ 'anything-but': { prefix } })),
  short.map((suffix): Json => ({ 'anything-but': { suffix: [suffix] } })),
  text.map((each): Json => ({ 'anything-but': { 'equals-ignore-case': each } })),
  wildcard.map((each): Json => ({ 'anything-but': { wildcard: each } })),
);

const path = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PATHS) },
  // Those that are worth meeting often.
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      'outcome',
      'action',
      'schemaVersion',
      'actor.type',
      'targets.type',
      'targets.name',
      'error.name',
      'error.code',
      'http.statusCode',
      'context.ip',
      'actor.mfa',
      'occurredAt',
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(...BELOW) },
  { weight: 1, arbitrary: fc.constantFrom(...NOWHERE) },
);

/** Whatever holds in many events. */
const loose: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  [{ exists: true }],
  [{ exists: false }],
  [{ exists: true }, { exists: false }],
  [{ prefix: '' }],
  [{ wildcard: '*' }],
  [{ 'anything-but': ['sucess'] }],
  ['1.0'],
  [{ numeric: ['>=', 0] }, { exists: false }],
);

const fields = fc
  .array(
    fc.tuple(
      path,
      fc.oneof(
        { weight: 2, arbitrary: fc.array(element, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json> },
        loose,
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((pairs) => Object.fromEntries(pairs) as { readonly [name: string]: Json });

/** A valid pattern; its names have dots, which is the same. */
export const anyPattern: fc.Arbitrary<{ readonly [name: string]: Json }> = fc.oneof(
  { weight: 4, arbitrary: fields },
  { weight: 1, arbitrary: fc.array(fields, { minLength: 2, maxLength: 3 }).map((rules) => ({ $or: rules })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fields, fc.array(fields, { minLength: 2, maxLength: 2 }))
      .map(([rest, rules]) => ({ ...rest, $or: rules })),
  },
);

const free = fc.constantFrom<Json>(
  'admin',
  0,
  null,
  true,
  ['x', 1],
  { x: 'public', 'y.z': 1 },
  [{ x: 'x' }],
  [],
  {},
);
const OPTIONAL = [
  'reason',
  'message',
  'changes',
  'context',
  'http',
  'performance',
  'error',
  'privacy',
  'labels',
  'metadata',
];

/** A valid event: a real one, with some fields taken out and some others written over with anything that they may be. */
const anyEvent: fc.Arbitrary<AuditEvent> = fc
  .record({
    base: fc.constantFrom(...CORPUS),
    without: fc.subarray(OPTIONAL),
    over: fc.array(fc.tuple(fc.constantFrom(...PATHS, ...BELOW), fc.oneof(value, free)), { maxLength: 12 }),
  })
  .map(({ base, without, over }) => {
    let event = Object.fromEntries(Object.entries(base).filter(([name]) => !without.includes(name)));
    for (const [where, what] of over) event = acceptable(put(event, where.split('.'), what)) ?? event;
    return parseAuditEvent(event);
  });

/** Made once: they take longer than matching them does. */
export const EVENTS: readonly AuditEvent[] = fc.sample(anyEvent, 400);

function acceptable(event: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    return { ...parseAuditEvent(event) };
  } catch {
    return undefined;
  }
}

/** A copy with a value at a path; a list gets one element more, and what is missing beside it. */
function put(
  object: Readonly<Record<string, unknown>>,
  [step = '', ...rest]: readonly string[],
  what: Json,
  at = '',
): Record<string, unknown> {
  const here = at + step;
  if (rest.length === 0) return { ...object, [step]: what };
  const inner = (old: unknown) =>
    put(fill(`${here}.`, old as Readonly<Record<string, unknown>>), rest, what, `${here}.`);
  if (here === 'targets' || here === 'changes')
    return { ...object, [step]: [...((object[step] as unknown[]) ?? []), inner({})].slice(-3) };
  // Keys of maps may have dots, which are levels to a pattern.
  if (here === 'labels' || here === 'actor.metadata')
    return { ...object, [step]: { ...(object[step] as object), [rest.join('.')]: what } };
  const old = object[step];
  return {
    ...object,
    [step]: inner(typeof old === 'object' && old !== null && !Array.isArray(old) ? old : {}),
  };
}

function fill(prefix: string, old: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const needed = PATHS.filter((each) => {
    const field = fieldAt(each);
    return each.startsWith(prefix) && typeof field === 'object' && field.requiredIn === prefix.slice(0, -1);
  });
  return {
    ...Object.fromEntries(
      needed.map((each) => [
        each.slice(prefix.length),
        each === 'changes.op' ? 'add' : each === 'performance.durationMs' ? 1 : 'x',
      ]),
    ),
    ...old,
  };
}
