/** Rule and policy files of every shape that is right, and what people and programs break in them. */
import fc from 'fast-check';
import { SEVERITIES } from '../../../src/domain/event/audit-event.ts';

const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength })
    .map((one) => `n${one}`.slice(0, maxLength).trim());
/** Without braces, which have a meaning in a template. */
const template = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        text(20).map((one) => one.replaceAll(/[{}]/g, '')),
        fc.constantFrom('{count}', '{actor.id}'),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => `t ${parts.join(' ')}`.slice(0, maxLength).trim());
const path = fc.constantFrom(
  'actor.id',
  'context.ip',
  'source.accountId',
  'metadata.raw.a-b',
  'labels.team',
  'http.$x@y:z',
);
const span = (least: string, most: string) => fc.constantFrom(least, most, '90s', '10m');
const pattern = fc.constantFrom<unknown>(
  {},
  { action: ['user.login'], outcome: ['failure'] },
  { actor: { type: [{ 'anything-but': ['system'] }] } },
  { $or: [{ action: ['a.b'] }, { severity: ['high', 'critical'] }] },
);
const paths = fc.uniqueArray(path, { maxLength: 3 });
const channels = fc.uniqueArray(fc.constantFrom('slack', 'pagerduty', 'page', 'team-2'), { maxLength: 3 });
const some = (names: readonly string[]) => ({ requiredKeys: names as [] });

const KINDS = {
  match: {},
  threshold: { count: fc.integer({ min: 1, max: 1_000 }), window: span('1s', '10m') },
  distinct_values: {
    field: fc.constant('actor.email'),
    count: fc.integer({ min: 2, max: 1_000 }),
    window: span('1s', '10m'),
  },
  new_value: { field: fc.constant('actor.email') },
  silence: { after: span('1s', '31d') },
} as const;
const HAPPENED = {
  merge: span('1s', '1d'),
  resolve: fc.record({ after: fc.constantFrom('1h', '31d'), pattern }, some([])),
};

const ruleOf = (kind: keyof typeof KINDS) => {
  const required = {
    id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/).filter((id) => !id.startsWith('pipeline-')),
    name: text(256),
    why: text(300),
    kind: fc.constant(kind),
    pattern,
    severity: fc.constantFrom(...SEVERITIES),
    title: template(256),
    ...KINDS[kind],
  };
  return fc.record(
    {
      ...required,
      message: template(500),
      groupBy: paths,
      channels,
      labels: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_][a-z./-]{0,10}$/), text(256), { maxKeys: 5 }),
      owner: text(256),
      runbook: fc.webUrl(),
      repeat: span('1s', '31d'),
      lateness: span('0s', '1h'),
      maxAlertsPerHour: fc.integer({ min: 1, max: 10_000 }),
      tests: fc.array(
        fc.record({
          name: text(100),
          expect: fc.constantFrom('match', 'no match'),
          event: fc.dictionary(fc.constantFrom('action', 'outcome', 'metadata'), fc.jsonValue()),
        }),
        { maxLength: 3 },
      ),
      ...(kind === 'new_value' && { learning: span('1s', '31d') }),
      ...(kind !== 'silence' && HAPPENED),
    },
    some(Object.keys(required)),
  );
};

export type Document = Readonly<Record<string, unknown>>;

export const rules: fc.Arbitrary<Document> = fc.oneof(
  ...(Object.keys(KINDS) as (keyof typeof KINDS)[]).map(ruleOf),
);

const named = <T>(parts: Record<string, fc.Arbitrary<T>>, required: readonly string[]) =>
  fc.uniqueArray(fc.record({ name: text(128), ...parts }, some(['name', ...required])), {
    maxLength: 3,
    selector: (part) => (part as unknown as { name: string }).name,
  });
const clock = fc.constantFrom('00:00', '09:30', '23:59');
const match = pattern;

export const policies: fc.Arbitrary<Document> = fc
  .record(
    {
      routes: named<unknown>({ match, channels, goOn: fc.boolean() }, ['match', 'channels']),
      inhibitions: named<unknown>({ by: pattern, what: pattern, equal: paths }, ['by', 'what']),
      severityInhibition: fc.boolean(),
      maintenance: fc
        .tuple(
          named<unknown>(
            {
              match,
              weekly: fc.record(
                {
                  days: fc.uniqueArray(fc.constantFrom('mon', 'fri', 'sun'), { minLength: 1 }),
                  from: clock,
                  until: clock,
                  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
                },
                some(['days', 'from', 'until']),
              ),
            },
            ['match', 'weekly'],
          ),
          named<unknown>(
            {
              match,
              from: fc.constantFrom('2026-12-01T22:00:00Z', '2026-12-01 22:00:00.5+01:00'),
              until: fc.constantFrom('2026-12-03T00:00:00.000Z', '2027-01-01t00:00:00-05:30'),
            },
            ['match', 'from', 'until'],
          ),
        )
        .map(([weekly, once]) => [
          ...weekly,
          ...once.filter(({ name }) => !weekly.some((other) => other.name === name)),
        ]),
    },
    some([]),
  )
  .filter((policy) => Object.keys(policy).length > 0);

const JUNK = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    '',
    ' ',
    'x'.repeat(257),
    1_001,
    0,
    -1,
    1.5,
    '0s',
    '8d',
    '90',
    [],
    {},
    ['x', 'x'],
    'match',
    'silence',
    'UPPER',
    null,
    true,
  ),
);
/** Names that mean something somewhere. */
const NAMES = fc.constantFrom(
  'count',
  'window',
  'field',
  'after',
  'learning',
  'resolve',
  'merge',
  'routes',
  'rules',
  'weekly',
  'from',
  'goOn',
  'extra',
  '__proto__',
  '',
);

/** The document with one thing in it replaced, taken out or put in, anywhere. */
export const broken = (documents: fc.Arbitrary<Document>): fc.Arbitrary<unknown> =>
  fc.tuple(documents, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), JUNK, NAMES).map(breakAt);

function breakAt([document, place, how, junk, name]: readonly [
  Document,
  number,
  string,
  unknown,
  string,
]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(document));
  const places = placesIn(copy);
  const { holder, key } = places[place % places.length] ?? { holder: copy as object, key: name };
  const at = holder as Record<string | number, unknown>;
  if (how === 'remove') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete at[key];
  } else if (how === 'add' && !Array.isArray(holder))
    Object.defineProperty(at, name, { value: junk, enumerable: true, writable: true, configurable: true });
  else at[key] = junk;
  return copy;
}

interface Place {
  readonly holder: object;
  readonly key: string | number;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, content]) => [{ holder: value, key }, ...placesIn(content)]);
}
