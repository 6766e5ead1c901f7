import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type FilterState,
  isEmpty,
  NO_FILTER,
  nameOf,
  toggle,
  toPattern,
} from '../../dashboard/src/filter/filter-state.ts';
import { fromQuery, toQuery } from '../../dashboard/src/filter/filter-url.ts';
import { matches, parseFilter } from '../../src/domain/filter/index.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const shows = (state: Partial<FilterState>, fields: Parameters<typeof anAuditEvent>[0]) => {
  const composed = toPattern({ ...NO_FILTER, ...state });
  if (!composed.ok) throw new Error(`${composed.path}: ${composed.message}`);
  return matches(parseFilter(composed.pattern), anAuditEvent(fields));
};

test('an empty filter bar shows everything', () => {
  expect(toPattern(NO_FILTER)).toEqual({ ok: true, pattern: {} });
  expect(isEmpty(NO_FILTER)).toBe(true);
  expect(isEmpty({ ...NO_FILTER, action: ' ' })).toBe(true);
  expect(isEmpty({ ...NO_FILTER, severities: ['high'] })).toBe(false);
});

test('chips of one kind are alternatives, kinds go together', () => {
  const state: Partial<FilterState> = { severities: ['high', 'critical'], outcomes: ['denied'] };
  expect(shows(state, { severity: 'critical', outcome: 'denied' })).toBe(true);
  expect(shows(state, { severity: 'critical', outcome: 'success' })).toBe(false);
  expect(shows(state, { severity: 'low', outcome: 'denied' })).toBe(false);
});

test('an action box takes a star, and the case of the text does not matter', () => {
  expect(shows({ action: 'aws.iam.*' }, { action: 'aws.iam.create_user' })).toBe(true);
  expect(shows({ action: 'aws.iam.*' }, { action: 'aws.s3.get' })).toBe(false);
  expect(shows({ action: ' Invoice.Paid ' }, { action: 'invoice.paid' })).toBe(true);
});

test('a text without a star is found inside the value, and at its start in any case of letters', () => {
  expect(shows({ action: 'create' }, { action: 'aws.iam.create_user' })).toBe(true);
  expect(shows({ actor: 'homer' }, { actor: { type: 'user', id: '1', name: 'Homer Simpson' } })).toBe(true);
  expect(shows({ actor: 'marge' }, { actor: { type: 'user', id: '1', name: 'Homer Simpson' } })).toBe(false);
});

test('a backslash in a box means itself', () => {
  const actor = { type: 'user', id: 'CORP\\ada' } as const;
  expect(shows({ actor: 'P\\ad' }, { actor })).toBe(true);
  expect(shows({ actor: 'CORP\\*' }, { actor })).toBe(true);
});

test('an action that is clicked takes over from the action box', () => {
  const state = toggle(
    { ...NO_FILTER, action: 'aws.*' },
    { path: 'action', value: 'aws.s3.get', not: false },
  );
  expect(toPattern(state)).toEqual({ ok: true, pattern: { action: ['aws.s3.get'] } });
});

test('a tab is called after what its filter chooses', () => {
  const state: FilterState = {
    ...NO_FILTER,
    severities: ['high'],
    actor: 'ada',
    choices: [{ path: 'context.ip', value: '10.0.0.1', not: true }],
  };
  expect(nameOf(state)).toBe('high ada not 10.0.0.1');
});

test('actor and target boxes look at every name the event has for them', () => {
  expect(
    shows({ actor: 'ada@example.com' }, { actor: { type: 'user', id: '1', email: 'ada@example.com' } }),
  ).toBe(true);
  expect(shows({ actor: 'ada' }, { actor: { type: 'user', id: '1', name: 'Ada' } })).toBe(true);
  expect(shows({ target: 'bucket' }, { targets: [{ type: 'bucket', id: 'b1' }] })).toBe(true);
  expect(
    shows(
      { actor: 'ada', target: 'b2' },
      { actor: { type: 'user', id: 'ada' }, targets: [{ type: 'x', id: 'b1' }] },
    ),
  ).toBe(false);
});

test('a clicked value is shown only, or left out', () => {
  const only = toggle(NO_FILTER, { path: 'actor.id', value: 'ada', not: false });
  const not = toggle(NO_FILTER, { path: 'actor.id', value: 'ada', not: true });
  expect(shows(only, { actor: { type: 'user', id: 'ada' } })).toBe(true);
  expect(shows(only, { actor: { type: 'user', id: 'bob' } })).toBe(false);
  expect(shows(not, { actor: { type: 'user', id: 'ada' } })).toBe(false);
  expect(shows(not, { actor: { type: 'user', id: 'bob' } })).toBe(true);
});

test('clicking the same again takes the choice away, its opposite replaces it', () => {
  const only = toggle(NO_FILTER, { path: 'actor.id', value: 'ada', not: false });
  expect(toggle(only, { path: 'actor.id', value: 'ada', not: false })).toEqual(NO_FILTER);
  expect(toggle(only, { path: 'actor.id', value: 'ada', not: true }).choices).toEqual([
    { path: 'actor.id', value: 'ada', not: true },
  ]);
});

test('numbers and booleans stay what they are', () => {
  expect(
    shows(toggle(NO_FILTER, { path: 'http.statusCode', value: 403, not: false }), {
      http: { statusCode: 403 },
    }),
  ).toBe(true);
  expect(
    shows(toggle(NO_FILTER, { path: 'http.statusCode', value: 403, not: true }), {
      http: { statusCode: 403 },
    }),
  ).toBe(false);
});

test('the free pattern goes together with the rest', () => {
  const state = { severities: ['high'] as const, pattern: '{"context": {"ip": [{"cidr": "10.0.0.0/8"}]}}' };
  expect(shows(state, { severity: 'high', context: { ip: '10.1.2.3' } })).toBe(true);
  expect(shows(state, { severity: 'low', context: { ip: '10.1.2.3' } })).toBe(false);
  expect(shows(state, { severity: 'high', context: { ip: '192.168.0.1' } })).toBe(false);
});

test.each([
  [{ pattern: '{"severity": ["low"]}', severities: ['high'] as const }, 'severity'],
  [{ pattern: '{"actor": {"$or": [{"id": ["a"]}, {"id": ["b"]}]}}', actor: 'ada' }, 'actor.$or'],
  [{ pattern: '{' }, ''],
  [{ pattern: '["a"]' }, ''],
])('what cannot go together is said at its path: %p', (state, path) => {
  expect(toPattern({ ...NO_FILTER, ...state })).toMatchObject({ ok: false, path });
});

test('the address brings back the filter that it was made from', () => {
  const words = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '');
  const choice = fc.record({
    path: fc.stringMatching(/^[a-z]+(\.[a-zA-Z]+)?$/),
    value: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    not: fc.boolean(),
  });
  const state = fc.record({
    severities: fc.constantFrom([], ['high'], ['info', 'critical']),
    outcomes: fc.constantFrom([], ['success', 'denied']),
    action: fc.oneof(fc.constant(''), words),
    actor: fc.oneof(fc.constant(''), words),
    target: fc.oneof(fc.constant(''), words),
    choices: fc.array(choice, { maxLength: 3 }),
    pattern: fc.oneof(fc.constant(''), words),
  }) as fc.Arbitrary<FilterState>;
  fc.assert(
    fc.property(state, (made) =>
      expect(fromQuery(new URLSearchParams(toQuery(made).toString()))).toEqual(made),
    ),
  );
});

test('an edited address is read as far as it goes', () => {
  expect(
    fromQuery(new URLSearchParams('severity=high,nonsense&only=broken&only=actor.id:%22ada%22&not=x:{')),
  ).toEqual({
    ...NO_FILTER,
    severities: ['high'],
    choices: [{ path: 'actor.id', value: 'ada', not: false }],
  });
});
