/** Who hears of a notice. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeRouting } from '../../src/detect/routing.ts';
import { SEVERITIES } from '../../src/domain/event/audit-event.ts';
import { parseFilter } from '../../src/domain/filter/index.ts';
import type { Route } from '../../src/domain/rules/alert-policy.ts';
import { anAlert } from '../builders/an-alert.ts';

const channels = ['slack', 'pager', 'mail'];

function aRoute(match: unknown, to: readonly string[], goesOn = false): Route {
  return { name: `to-${to.join('-')}`, match, filter: parseFilter(match), channels: to, goesOn };
}

const routes = [
  aRoute({ severity: ['critical'] }, ['pager'], true),
  aRoute({ labels: { team: ['payments'] } }, ['mail']),
  aRoute({ tenantId: ['acme'] }, ['slack']),
];
const route = makeRouting({ routes, channels });

test('the first route that matches decides', () => {
  expect(route(anAlert({ labels: { team: 'payments' } }))).toEqual(['page', 'mail']);
  expect(route(anAlert())).toEqual(['page', 'slack']);
});

test('a route that goes on adds the next that matches', () => {
  expect(route(anAlert({ severity: 'critical', labels: { team: 'payments' } }))).toEqual([
    'page',
    'pager',
    'mail',
  ]);
  expect(route(anAlert({ severity: 'critical', tenantId: 'other' }))).toEqual(['page', 'pager']);
});

test('what no route matches is on the page alone', () => {
  expect(route(anAlert({ tenantId: 'other' }))).toEqual(['page']);
});

test("a rule's own channels win over the routes, also when they are none", () => {
  expect(route(anAlert({ severity: 'critical' }), ['mail'])).toEqual(['page', 'mail']);
  expect(route(anAlert({ severity: 'critical' }), [])).toEqual(['page']);
});

test('without routes every destination hears from medium up', () => {
  const byDefault = makeRouting({ routes: [], channels });
  expect(
    Object.fromEntries(SEVERITIES.map((severity) => [severity, byDefault(anAlert({ severity })).length > 1])),
  ).toEqual({ info: false, low: false, medium: true, high: true, critical: true });
  expect(byDefault(anAlert())).toEqual(['page', ...channels]);
  expect(byDefault(anAlert({ severity: 'low' }), ['slack'])).toEqual(['page', 'slack']);
});

test('a name that is no destination hears nothing', () => {
  const strange = makeRouting({ routes: [aRoute({}, ['gone', 'slack'])], channels });
  expect(strange(anAlert())).toEqual(['page', 'slack']);
  expect(strange(anAlert(), ['gone'])).toEqual(['page']);
});

test('the page is first, and everybody is named once', () => {
  const name = fc.constantFrom('page', 'slack', 'pager', 'mail', 'gone');
  const anyRoute = fc
    .tuple(fc.constantFrom({}, { severity: ['high'] }, { tenantId: ['x'] }), fc.array(name), fc.boolean())
    .map(([match, to, goesOn]) => aRoute(match, to, goesOn));
  fc.assert(
    fc.property(
      fc.array(anyRoute, { maxLength: 4 }),
      fc.uniqueArray(name),
      fc.option(fc.array(name), { nil: undefined }),
      (routes, channels, own) => {
        const [first, ...others] = makeRouting({ routes, channels })(anAlert(), own);
        expect(first).toBe('page');
        expect(new Set(others).size).toBe(others.length);
        for (const other of others) expect(channels.filter((one) => one !== 'page')).toContain(other);
      },
    ),
  );
});
