import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AGE_NAMES, ALERT_STATES, queryOf, type View, viewIn } from '../../dashboard/src/view/views.ts';
import { OUTCOME_KINDS } from '../../src/domain/deliveries.ts';
import { SEVERITIES } from '../../src/domain/event/audit-event.ts';

const text = fc.string({ minLength: 1 }).filter((one) => one.trim() === one);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const withoutGaps = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

test('an address brings back the deliveries that it was made for', () => {
  const choices = fc.record({ destination: maybe(text), outcome: maybe(fc.constantFrom(...OUTCOME_KINDS)) });
  fc.assert(
    fc.property(choices, (choice) => {
      const view: View = { kind: 'deliveries', choice: withoutGaps(choice) };
      expect(viewIn(new URLSearchParams(queryOf(view).toString()))).toEqual(view);
    }),
  );
});

test('an address brings back the dead letters that it was made for', () => {
  const choices = fc.record({
    queue: maybe(text),
    reason: maybe(text),
    age: maybe(fc.constantFrom(...AGE_NAMES)),
    id: maybe(text),
    pattern: maybe(text),
  });
  fc.assert(
    fc.property(choices, (choice) => {
      const view: View = { kind: 'dead-letters', choice: withoutGaps(choice) };
      expect(viewIn(new URLSearchParams(queryOf(view).toString()))).toEqual(view);
    }),
  );
});

test('an address brings back the alerts that it was made for, and the one that was open', () => {
  const choices = fc.record({
    state: maybe(fc.constantFrom(...ALERT_STATES)),
    severity: maybe(fc.constantFrom(...SEVERITIES)),
    rule: maybe(text),
    text: maybe(text),
    alert: maybe(text),
  });
  fc.assert(
    fc.property(choices, (choice) => {
      const view: View = { kind: 'alerts', choice: withoutGaps(choice) };
      expect(viewIn(new URLSearchParams(queryOf(view).toString()))).toEqual(view);
    }),
  );
});

test('the link of a notice is the alert, without a view', () => {
  const at = (query: string) => viewIn(new URLSearchParams(query));
  expect(at('alert=0199-7&tenant=acme')).toEqual({ kind: 'alerts', choice: { alert: '0199-7' } });
  expect(at('alert=+')).toEqual({ kind: 'live' });
  expect(at('view=deliveries&alert=0199-7')).toEqual({ kind: 'deliveries', choice: {} });
});

test('what an address says wrongly is left out, and without a view it is the live one', () => {
  const at = (query: string) => viewIn(new URLSearchParams(query));
  expect(at('')).toEqual({ kind: 'live' });
  expect(at('view=elsewhere&outcome=denied')).toEqual({ kind: 'live' });
  expect(at('view=deliveries&outcome=lost&destination=+')).toEqual({ kind: 'deliveries', choice: {} });
  expect(at('view=dead-letters&age=old&queue=datadog')).toEqual({
    kind: 'dead-letters',
    choice: { queue: 'datadog' },
  });
});
