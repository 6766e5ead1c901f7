import { expect, test } from '@jest/globals';
import { alertInWords, alertsInWords } from '../../../bin/alerts/words.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { anAlert } from '../../builders/an-alert.ts';

const plain = (_: string, text: string) => text;
const NOW_MS = Date.parse('2026-11-01T14:05:00.000Z');
const listed = (fields: Partial<Alert>) =>
  alertsInWords([{ alert: anAlert(fields), steps: [] }], false, NOW_MS, plain)[1];

test('a row says how grave it is, what became of it, its age, and who is told', () => {
  expect(listed({ channels: ['page', 'slack', 'email'] })).toMatch(
    /^high +firing +2h +1 +alert-1 +MFA switched off for root +slack, email$/,
  );
  expect(listed({ channels: ['page'], suppressedBy: { kind: 'silence', id: 's-1' } })).toMatch(
    /–.* silence s-1$/,
  );
  expect(listed({ status: 'acknowledged', acknowledgedBy: { id: 'u-1', name: 'Jo' } })).toMatch(
    /acknowledged by Jo .* everywhere$/,
  );
});

test('what an event says cannot turn a line around, or begin one', () => {
  const title = 'x\u202Ey\u001b[31m';
  expect(listed({ title })).toContain('x\\u202Ey\\u001B[31m');
  const shown = alertInWords({ alert: anAlert({ title, message: 'a\nhigh: b' }), steps: [] }, plain);
  expect(shown.slice(0, 2)).toEqual(['high: x\\u202Ey\\u001B[31m', 'a\\u000Ahigh: b']);
});

test.each<[NonNullable<Alert['resolvedBy']>, string]>([
  [{ kind: 'quiet' }, 'nothing came any more'],
  [{ kind: 'rule' }, 'its rule was taken away'],
  [{ kind: 'event', eventId: 'e-1' }, 'of event e-1'],
  [{ kind: 'person', id: 'u-1', name: 'Jo' }, 'Jo resolved it'],
])('why it is over: %j', (resolvedBy, words) => {
  const alert = anAlert({ status: 'resolved', resolvedBy });
  expect(alertInWords({ alert, steps: [] }, plain).join('\n')).toMatch(new RegExp(`over because +${words}`));
});

test('what was cut is said', () => {
  const shown = alertInWords({ alert: anAlert(), steps: [], trimmed: ['samples', 'steps'] }, plain);
  expect(shown.join('\n')).toMatch(/too large to show +samples, steps: cut/);
});
