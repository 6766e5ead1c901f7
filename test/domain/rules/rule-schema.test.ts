/** The JSON Schema that editors have says what the parser says: never more, and less only where it is listed here. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { KIND_OPTIONS } from '../../../src/domain/rules/kind-options.ts';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';
import { broken, policies, rules } from './any-rule-file.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../rules/rule.schema.json', import.meta.url), 'utf8'),
) as object;
const { definitions } = schema as {
  definitions: Record<string, { properties?: Record<string, object> }>;
};
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
const takes = ajv.compile(schema);

/** What a schema cannot say, or not so that an editor's message helps. */
const LAXER: readonly (readonly [string, RegExp])[] = [
  [
    'what a pattern holds',
    /^\S+: (rule \S+: )?(\S*\.)?(pattern|match|by|what)\S* (?!is required|is no field)/,
  ],
  ['a text of one line', /must be one line/],
  ['what braces hold', /has braces around something else|has \{window\}/],
  ['how long a span may be', /must be a span between/],
  ['an end before the window', /must not be shorter than the window/],
  ['the field among groupBy', /has the field whose values are told apart/],
  ['an address that is none', /must be an address/],
  ['the calendar', /names a day|names a time|has an offset|has a second 60|must be after from|falls outside/],
  ['time zones', /must be an IANA time zone/],
  ['names twice', /is taken by one before/],
  ['text that is blank once it is cleaned', /must say something/],
];

const COUNTED = { kind: 'threshold', count: 10, window: '10m' };
const DISTINCT = { kind: 'distinct_values', field: 'context.ip', count: 3, window: '1h' };
const NEW = { kind: 'new_value', field: 'context.geo.country' };
const SILENCE = { kind: 'silence', after: '15m' };
const many = (count: number) => Array.from({ length: count }, (_, i) => `labels.l${i}`);

const isPolicy = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  ['routes', 'inhibitions', 'maintenance', 'severityInhibition'].some((name) => Object.hasOwn(value, name));

function faultsOf(value: unknown): readonly string[] {
  return parseRules([{ file: isPolicy(value) ? 'policy.yaml' : 'a.yaml', value }]).faults;
}

function agree(value: unknown): void {
  const faults = faultsOf(value);
  const taken = takes(value);
  if (faults.length === 0 && !taken)
    throw new Error(`the schema refuses what is right: ${ajv.errorsText(takes.errors)}`);
  const unsaid = faults.filter((fault) => !LAXER.some(([, form]) => form.test(fault)));
  if (taken && unsaid.length > 0) throw new Error(`the schema takes what is wrong: ${unsaid.join('; ')}`);
}

test('both take every file that is right', () => {
  fc.assert(
    fc.property(fc.oneof(rules, policies), (value) => {
      expect(faultsOf(value)).toEqual([]);
      expect(takes(value) ? [] : takes.errors).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('both take several rules in a file', () => {
  const value = { rules: [aRuleFile({ id: 'one' }), aRuleFile({ id: 'two' })] };
  expect(faultsOf(value)).toEqual([]);
  expect(takes(value)).toBe(true);
});

test('what is broken in a rule is refused by both, or by the parser alone where a schema cannot', () => {
  fc.assert(fc.property(broken(rules), agree), { numRuns: 3_000 });
});

test('so is what is broken in a policy', () => {
  fc.assert(fc.property(broken(policies), agree), { numRuns: 3_000 });
});

const WORK = { name: 'x', match: {}, weekly: { days: ['sun'], from: '22:00', until: '04:00' } };
const policy = (part: object) => ({ maintenance: [{ ...WORK, ...part }] });

/** At each limit: what is just right, and what is just wrong. */
test.each<readonly [string, unknown, unknown]>([
  ['name', aRuleFile({ name: 'x'.repeat(256) }), aRuleFile({ name: 'x'.repeat(257) })],
  ['message', aRuleFile({ message: 'x'.repeat(4_096) }), aRuleFile({ message: 'x'.repeat(4_097) })],
  ['why', aRuleFile({ why: 'x'.repeat(2_048) }), aRuleFile({ why: 'x'.repeat(2_049) })],
  ['id', aRuleFile({ id: 'x'.repeat(64) }), aRuleFile({ id: 'x'.repeat(65) })],
  ['foreign field', aRuleFile(), aRuleFile({ extra: 1 })],
  ['count', aRuleFile({ ...COUNTED, count: 1_000 }), aRuleFile({ ...COUNTED, count: 1_001 })],
  ['distinct count', aRuleFile({ ...DISTINCT, count: 2 }), aRuleFile({ ...DISTINCT, count: 1 })],
  ['groupBy', aRuleFile({ groupBy: many(16) }), aRuleFile({ groupBy: many(17) })],
  [
    'groupBy of new_value',
    aRuleFile({ ...NEW, groupBy: many(15) }),
    aRuleFile({ ...NEW, groupBy: many(16) }),
  ],
  ['path', aRuleFile({ groupBy: ['x'.repeat(256)] }), aRuleFile({ groupBy: ['x'.repeat(257)] })],
  ['maxAlertsPerHour', aRuleFile({ maxAlertsPerHour: 10_000 }), aRuleFile({ maxAlertsPerHour: 10_001 })],
  ['channel', aRuleFile({ channels: ['x'.repeat(40)] }), aRuleFile({ channels: ['x'.repeat(41)] })],
  ['label', aRuleFile({ labels: { a: 'x'.repeat(256) } }), aRuleFile({ labels: { a: 'x'.repeat(257) } })],
  ['times', policy({}), policy({ from: '2026-12-01T22:00:00Z' })],
  ['time of day', policy({}), policy({ weekly: { ...WORK.weekly, from: '24:00' } })],
  ['name of a part', policy({ name: 'x'.repeat(128) }), policy({ name: 'x'.repeat(129) })],
])('both draw the line of a %s at the same place', (_, right, wrong) => {
  expect({ faults: faultsOf(right), taken: takes(right) }).toEqual({ faults: [], taken: true });
  expect({ isRight: faultsOf(wrong).length === 0, taken: takes(wrong) }).toEqual({
    isRight: false,
    taken: false,
  });
});

test('both know which options go with which kind', () => {
  const value: Readonly<Record<string, unknown>> = {
    count: 3,
    window: '10m',
    field: 'context.ip',
    learning: '1d',
    after: '15m',
    resolve: { after: '1h' },
    merge: '1m',
  };
  const right = {
    match: {},
    threshold: COUNTED,
    distinct_values: DISTINCT,
    new_value: NEW,
    silence: SILENCE,
  };
  for (const [kind, options] of Object.entries(right))
    for (const [name, { goesWith }] of Object.entries(KIND_OPTIONS)) {
      const rule = aRuleFile({ kind, ...options, [name]: value[name] });
      const goes = goesWith.some((other) => other === kind);
      expect([kind, name, faultsOf(rule).length === 0, takes(rule)]).toEqual([kind, name, goes, goes]);
    }
});

test('the docs have every field of a rule, in the same order', () => {
  const docs = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  const section = docs.split('## Fields')[1]?.split('## ')[0] ?? '';
  const listed = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(listed).toEqual(Object.keys(definitions.rule?.properties ?? {}));
});

test('the example of the docs is right', () => {
  const docs = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  const example: unknown = parse(/```yaml\n([\s\S]*?)```/.exec(docs)?.[1] ?? '');
  expect({ faults: faultsOf(example), taken: takes(example) }).toEqual({ faults: [], taken: true });
});

test('every field has words for an editor to show', () => {
  const bare = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, of]) => ('description' in of ? [] : [`${name}.${field}`])),
  );
  expect(bare).toEqual([]);
});
