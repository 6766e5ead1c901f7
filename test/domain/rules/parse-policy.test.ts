/** The policy file: routes, inhibitions, maintenance, each part by itself. */
import { expect, test } from '@jest/globals';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';

const parse = (value: unknown, file = 'policy.yaml') => parseRules([{ file, value }]);
const ROUTE = { name: 'urgent', match: { severity: ['critical'] }, channels: ['pagerduty'] };
const WEEKLY = { days: ['sat', 'sun'], from: '22:00', until: '04:30', timeZone: 'Europe/Berlin' };
const WORK = { name: 'upgrade', match: {}, weekly: WEEKLY };

test('a policy says who hears, what keeps what quiet, and when', () => {
  const { book, faults } = parse({
    routes: [ROUTE, { name: 'rest', match: {}, channels: ['slack', 'page'], goOn: true }],
    inhibitions: [
      {
        name: 'graver',
        by: { severity: ['critical'] },
        what: { severity: ['low'] },
        equal: ['group.actor.id'],
      },
    ],
    maintenance: [
      WORK,
      { name: 'once', match: {}, from: '2026-12-01T22:00:00+01:00', until: '2026-12-01T23:00:00Z' },
    ],
  });
  expect(faults).toEqual([]);
  expect(book.policy).toMatchObject({
    routes: [
      { ...ROUTE, goesOn: false },
      { name: 'rest', channels: ['slack'], goesOn: true },
    ],
    inhibitions: [{ name: 'graver', equal: ['group.actor.id'] }],
    maintenance: [
      {
        name: 'upgrade',
        times: {
          kind: 'weekly',
          days: [6, 0],
          fromMinute: 1_320,
          untilMinute: 270,
          timeZone: 'Europe/Berlin',
        },
      },
      {
        times: {
          kind: 'once',
          fromMs: Date.parse('2026-12-01T21:00:00Z'),
          untilMs: Date.parse('2026-12-01T23:00:00Z'),
        },
      },
    ],
  });
});

test('the inhibition by severity is switched off by name, and says nothing where the policy does not', () => {
  expect(parse({ severityInhibition: false }).book.policy).toMatchObject({ severityInhibition: false });
  expect(parse({ routes: [ROUTE] }).book.policy).not.toHaveProperty('severityInhibition');
  expect(parse({ severityInhibition: 'no' }).faults).toEqual([
    'policy.yaml: severityInhibition must be true or false, got a string of 2 characters; or leave the field out',
  ]);
});

test('a weekly time is in UTC where it names no zone', () => {
  const { timeZone: _, ...weekly } = WEEKLY;
  expect(parse({ maintenance: [{ ...WORK, weekly }] }).book.policy.maintenance[0]?.times).toMatchObject({
    timeZone: 'UTC',
  });
});

test.each<readonly [unknown, string]>([
  [{}, 'says nothing; write routes, inhibitions, maintenance, severityInhibition, or delete the file'],
  [{ route: [] }, 'route is no field of a policy; did you mean routes?'],
  [{ routes: [{ ...ROUTE, goon: true }] }, 'routes[0].goon is no field of a route; did you mean goOn?'],
  [{ routes: [{ ...ROUTE, match: undefined }] }, 'routes[0].match is required, got nothing; add it'],
  [
    { routes: [{ ...ROUTE, match: { severity: 'high' } }] },
    'routes[0].match.severity got the string "high"; write a list of values, or an object of fields',
  ],
  [{ routes: [ROUTE, ROUTE] }, 'routes[1].name is taken by one before; rename it'],
  [
    { inhibitions: [{ name: 'x', by: {}, what: {}, equal: ['a b'] }] },
    'inhibitions[0].equal[0] must be a plain path such as actor.id, without lists or wildcards, got a string of 3 characters',
  ],
  [
    { maintenance: [{ name: 'x', match: {} }] },
    'maintenance[0] says no time; write from and until, or weekly',
  ],
  [
    { maintenance: [{ ...WORK, from: '2026-12-01T22:00:00Z' }] },
    'maintenance[0] has both from or until and weekly; take one out',
  ],
  [
    { maintenance: [{ name: 'x', match: {}, from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z' }] },
    'maintenance[0].until must be after from, got one before',
  ],
  [
    { maintenance: [{ ...WORK, weekly: { ...WEEKLY, from: 1_320 } }] },
    'maintenance[0].weekly.from must be a time such as "22:30", in quotes, got a number',
  ],
  [
    { maintenance: [{ ...WORK, weekly: { ...WEEKLY, until: '24:00' } }] },
    'maintenance[0].weekly.until must be a time such as "22:30", in quotes, got a string of 5 characters',
  ],
  [
    { maintenance: [{ ...WORK, weekly: { ...WEEKLY, timeZone: 'Mars/Base' } }] },
    'maintenance[0].weekly.timeZone must be an IANA time zone such as Europe/Berlin, got a string of 9 characters',
  ],
  [
    { maintenance: [{ ...WORK, weekly: { ...WEEKLY, days: [] } }] },
    'maintenance[0].weekly.days must name a day, got an array',
  ],
])('%j is refused', (policy, fault) => {
  expect(parse(policy).faults).toEqual([expect.stringMatching(/^policy\.yaml: /)]);
  expect(parse(policy).faults[0]?.slice('policy.yaml: '.length)).toBe(fault);
});

test('a part that is wrong does not lose the others', () => {
  const { book, faults } = parse({
    routes: [{ ...ROUTE, channels: 'slack' }, ROUTE],
    maintenance: [{ name: 'x', match: {} }, WORK],
  });
  expect(faults).toHaveLength(2);
  expect(book.policy.routes.map(({ name }) => name)).toEqual(['urgent']);
  expect(book.policy.maintenance.map(({ name }) => name)).toEqual(['upgrade']);
});

test('there is one policy, in a file of that name', () => {
  expect(parse({ routes: [ROUTE] }, 'identity.yaml').faults).toEqual([
    'identity.yaml: routes belongs to the policy; put it into the file policy.yaml',
  ]);
  const { book, faults } = parseRules([
    { file: 'policy.yml', value: { routes: [ROUTE] } },
    { file: 'team/policy.json', value: { routes: [{ ...ROUTE, name: 'other' }] } },
  ]);
  expect(faults).toEqual(['team/policy.json: is a second policy; put it into policy.yml']);
  expect(book.policy.routes.map(({ name }) => name)).toEqual(['urgent']);
});
