/** What is said beforehand of who hears is what happens. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noticesOf, SYSTEM_NOTICES, whoHears } from '../../../bin/rules/who-hears.ts';
import { makeRouting } from '../../../src/detect/routing.ts';
import { SEVERITIES } from '../../../src/domain/event/audit-event.ts';
import { parseFilter } from '../../../src/domain/filter/index.ts';
import type { Route } from '../../../src/domain/rules/alert-policy.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { aRule } from './a-rule.ts';

const channels = ['slack', 'pager', 'mail'];

function aRoute(name: string, match: unknown, to: readonly string[], goesOn = false): Route {
  return { name, match, filter: parseFilter(match), channels: to, goesOn };
}

function heard(routes: readonly Route[], fields: Readonly<Record<string, unknown>> = {}, tenantId?: string) {
  return whoHears(noticesOf(aRule(fields), tenantId), routes, channels);
}

test("a rule's own channels are the reason", () => {
  const routes = [aRoute('all', {}, ['slack'])];
  expect(heard(routes, { channels: ['mail', 'gone'] })).toMatchObject({
    certain: ['mail'],
    because: ['rule'],
  });
});

test('without routes the default is, by severity', () => {
  expect(heard([])).toMatchObject({ certain: channels, because: ['default'] });
  expect(heard([], { severity: 'low' })).toMatchObject({ certain: [], perhaps: [], because: ['default'] });
  expect(whoHears(SYSTEM_NOTICES, [], channels)).toMatchObject({ certain: [], perhaps: channels });
});

test('what a rule says of its notices decides a route', () => {
  const routes = [
    aRoute('low', { severity: ['low'] }, ['mail']),
    aRoute('team', { labels: { team: ['iam'] } }, ['pager'], true),
    aRoute('rule', { rule: { id: ['mfa-disabled'], kind: ['match'], owner: [{ exists: false }] } }, [
      'slack',
    ]),
    aRoute('rest', {}, ['mail']),
  ];
  expect(heard(routes)).toMatchObject({ certain: ['slack'], perhaps: [], because: ['route rule'] });
  expect(heard(routes, { labels: { team: 'iam' } })).toMatchObject({
    certain: ['slack', 'pager'],
    because: ['route team', 'route rule'],
  });
  expect(heard(routes, { id: 'other' })).toMatchObject({ certain: ['mail'], because: ['route rest'] });
  expect(heard(routes.slice(0, 1))).toMatchObject({ certain: [], because: ['no route'] });
});

test('what only the notice will say makes it perhaps, and the next decides for the others', () => {
  const routes = [
    aRoute('acme', { tenantId: ['acme'], severity: ['high'] }, ['pager']),
    aRoute('root', { group: { 'actor.id': ['root'] } }, ['mail'], true),
    aRoute('rest', {}, ['slack']),
  ];
  expect(heard(routes)).toMatchObject({
    certain: [],
    perhaps: ['slack', 'pager'],
    because: ['perhaps route acme', 'else route rest'],
  });
  expect(heard(routes, { groupBy: ['actor.id'] }, 'other')).toMatchObject({
    certain: ['slack'],
    perhaps: ['mail'],
    because: ['perhaps route root', 'route rest'],
  });
  expect(heard(routes, {}, 'acme')).toMatchObject({ certain: ['pager'], because: ['route acme'] });
});

test('a field that no notice has is not a perhaps', () => {
  expect(heard([aRoute('typo', { severty: ['high'] }, ['slack'])]).because).toEqual(['no route']);
});

test('for any routes and notices: who hears for certain does, and nobody else than those who may', () => {
  const match = fc.constantFrom(
    ...[{}, { severity: ['high', 'critical'] }, { severity: [{ 'anything-but': ['low'] }] }],
    ...[{ tenantId: ['acme'] }, { tenantId: [{ exists: false }] }, { labels: { team: ['iam'] } }],
    ...[{ group: { 'actor.id': ['root'] } }, { group: { 'source.ip': [{ exists: false }] } }],
    ...[{ $or: [{ severity: ['low'] }, { count: [{ numeric: ['>', 5] }] }] }, { rule: { kind: ['match'] } }],
    ...[{ labels: { team: [{ exists: false }] }, status: ['firing'] }, { nothing: ['x'] }],
  );
  const route = fc
    .tuple(match, fc.uniqueArray(fc.constantFrom(...channels)), fc.boolean())
    .map(([match, to, goesOn]) => aRoute('r', match, to, goesOn));
  const rule = fc.record(
    {
      severity: fc.constantFrom(...SEVERITIES),
      labels: fc.constantFrom({ team: 'iam' }, { team: 'x' }),
      groupBy: fc.constantFrom(['actor.id'], ['source.ip']),
      channels: fc.constantFrom(['mail'], ['gone']),
    },
    { requiredKeys: ['severity'] },
  );
  fc.assert(
    fc.property(
      fc.array(route, { maxLength: 4 }),
      rule,
      fc.constantFrom('acme', 'other'),
      fc.boolean(),
      fc.constantFrom('root', 'jo'),
      fc.nat(10),
      (routes, fields, tenantId, isTold, value, count) => {
        const made = aRule(fields);
        const { certain, perhaps } = whoHears(
          noticesOf(made, isTold ? tenantId : undefined),
          routes,
          channels,
        );
        const { id, name, condition, severity, labels, groupBy } = made;
        const notice = anAlert({
          tenantId,
          severity,
          count,
          rule: { id, name, kind: condition.kind },
          ...(labels && { labels }),
          ...(groupBy.length > 0 && { group: { [groupBy[0] as string]: value } }),
        });
        const [, ...told] = makeRouting({ routes, channels })(notice, made.channels);
        expect(told).toEqual(expect.arrayContaining([...certain]));
        expect([...certain, ...perhaps]).toEqual(expect.arrayContaining(told));
      },
    ),
    { numRuns: 2_000 },
  );
});
