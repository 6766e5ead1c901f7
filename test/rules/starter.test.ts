import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';
import { matches } from '../../src/domain/filter/index.ts';
import { lintRules } from '../../src/domain/rules/lint.ts';
import { runRuleTest } from '../../src/domain/rules/rule-tests.ts';
import { asAuditEvent, type SystemEvent } from '../../src/stream/system-audit-event.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { readStarter, starterTable, takenOf } from './starter.ts';

const { rules, faults, documents } = readStarter();
const takes = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../../rules/rule.schema.json', import.meta.url), 'utf8')),
);

/** Rules that look at much and fire seldom: they count, or wait for what is new or does not come. */
const LOOK_AT_MUCH: Readonly<Record<string, number>> = {
  'audit-log-silent': 1,
  'api-key-new-address': 0.3,
  'service-new-client': 0.1,
  'mass-deletion': 0.1,
  'bulk-read': 0.1,
};
const MOST = 0.05;
/** Of those that fire at once. */
const MOST_AT_ONCE = 0.02;

test('the starter set is right, editors say so too, and lint finds nothing', () => {
  expect(faults).toEqual([]);
  expect(lintRules(rules)).toEqual([]);
  expect(documents.map(({ value }) => takes(value))).toEqual(documents.map(() => true));
  expect(rules.length).toBeGreaterThanOrEqual(20);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  test.each(rule.tests.map((each) => [each.expect, each.name, each] as const))(
    '%s: %s',
    (_expect, _name, each) => {
      expect(runRuleTest(rule, each)).toEqual({ kind: 'passed' });
    },
  );

  test('says why, and leaves to the reader who hears of it', () => {
    expect(rule.why.length).toBeGreaterThan(80);
    expect(rule.labels?.topic).toMatch(/^[a-z]+$/);
    expect([rule.channels, rule.owner]).toEqual([undefined, undefined]);
  });

  test('is quiet over the real records', () => {
    const most = LOOK_AT_MUCH[rule.id] ?? (rule.condition.kind === 'match' ? MOST_AT_ONCE : MOST);
    expect(takenOf(rule) / CORPUS.length).toBeLessThanOrEqual(most);
  });
});

test('no rule is called noisy that is not', () => {
  const noisy = rules.filter((rule) => takenOf(rule) / CORPUS.length > MOST).map(({ id }) => id);
  expect(Object.keys(LOOK_AT_MUCH).sort()).toEqual(noisy.sort());
});

test('what the middleware records of everyday calls makes nobody hear', () => {
  const folder = new URL('../data/audit-records/', import.meta.url);
  const records = readdirSync(folder).map((name) =>
    parseAuditEvent(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
  );
  const atOnce = rules.filter(({ condition }) => condition.kind === 'match');
  expect(records.length).toBeGreaterThan(10);
  expect(
    records.flatMap((record) =>
      atOnce.filter(({ filter }) => matches(filter, record)).map(({ id }) => [id, record.action]),
    ),
  ).toEqual([]);
});

test.each<[SystemEvent['action'], string]>([
  ['stream.act_refused', 'act-refused'],
  ['stream.denied', 'stream-denied-burst'],
  ['producer.refused', 'stream-denied-burst'],
  ['dead_letters.purged', 'dead-letters-purged'],
  ['dead_letters.replayed', 'archive-replayed'],
  ['archive.replay_started', 'archive-replayed'],
])('%s, as the system itself records it, is for %s', (action, id) => {
  const made = { id: 'e-1', nowMs: 0, environment: 'production' };
  const event = asAuditEvent({ action, cause: 'x', subject: 'jo', sourceIp: '203.0.113.7' }, 0, made);
  expect(
    rules
      .filter(({ filter, condition }) => condition.kind !== 'silence' && matches(filter, event))
      .map((rule) => rule.id),
  ).toContain(id);
});

test('docs/rules.md has the table of them', () => {
  const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split('\n## Starter set\n');
  const table = (section.split('\n## ')[0] as string).split('\n').filter((line) => line.startsWith('|'));
  expect(table).toEqual(starterTable(rules));
  const named = section.slice(0, section.indexOf('\n|'));
  for (const id of Object.keys(LOOK_AT_MUCH)) expect(named).toContain(`\`${id}\``);
});
