import { expect, test } from '@jest/globals';
import { NO_ALERTS, noted } from '../../dashboard/src/alerts/alert-book.ts';
import { filterOf } from '../../dashboard/src/alerts/alert-facts.ts';
import { chosenAlerts } from '../../dashboard/src/alerts/chosen.ts';
import {
  ageInWords,
  changeInWords,
  chaptersOf,
  endInWords,
  firedInWords,
  quietInWords,
  safeHref,
  silenceEndInWords,
  statusInWords,
} from '../../dashboard/src/alerts/in-words.ts';
import { isActive, quietOf, takes } from '../../dashboard/src/alerts/quiet.ts';
import { refusalFor } from '../../dashboard/src/alerts/refusal.ts';
import { toPattern } from '../../dashboard/src/filter/filter-state.ts';
import { aSilence } from '../builders/a-silence.ts';
import { anAlert } from '../builders/an-alert.ts';
import { aStep } from '../builders/an-alert-record.ts';

const NOW_MS = Date.parse('2026-11-01T12:10:00.000Z');
const hour = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const ADA = { id: 'ada@acme.example', name: 'Ada Moreau' };

test('a status says who has taken an alert on', () => {
  expect(statusInWords(anAlert())).toBe('firing');
  expect(statusInWords(anAlert({ status: 'acknowledged', acknowledgedBy: ADA }))).toBe(
    'acknowledged by Ada Moreau',
  );
  expect(statusInWords(anAlert({ status: 'acknowledged', acknowledgedBy: { id: 'bob' } }))).toBe(
    'acknowledged by bob',
  );
  expect(statusInWords(anAlert({ status: 'acknowledged' }))).toBe('acknowledged');
});

test('an end says why', () => {
  const ended = (resolvedBy: NonNullable<ReturnType<typeof anAlert>['resolvedBy']>) =>
    endInWords(anAlert({ resolvedBy }));
  expect(ended({ kind: 'quiet' })).toMatch(/nothing came/);
  expect(ended({ kind: 'event', eventId: 'e' })).toMatch(/an event/);
  expect(ended({ kind: 'rule' })).toMatch(/rule/);
  expect(ended({ kind: 'person', ...ADA })).toBe('by Ada Moreau');
  expect(endInWords(anAlert())).toBe('');
});

test('updates in a row are one chapter with their number, as long as the same destinations hear', () => {
  const life = [
    aStep({ sequence: 1 }),
    aStep({ sequence: 2, change: 'merged', count: 5 }),
    aStep({ sequence: 3, change: 'merged', count: 9 }),
    aStep({
      sequence: 4,
      change: 'merged',
      count: 12,
      channels: ['page'],
      suppressedBy: { kind: 'silence', id: 's' },
    }),
    aStep({ sequence: 5, change: 'acknowledged', count: 12, by: ADA }),
    aStep({ sequence: 6, change: 'resolved', count: 12 }),
  ];
  const alert = anAlert({ status: 'resolved', resolvedBy: { kind: 'quiet' } });
  expect(chaptersOf(life).map((chapter) => changeInWords(chapter, alert))).toEqual([
    'Fired',
    'More events, told 2 times',
    'More events',
    'Acknowledged by Ada Moreau',
    'Resolved: nothing came for a while',
  ]);
  expect(chaptersOf(life)[1]?.step.count).toBe(9);
  expect(changeInWords({ step: aStep({ change: 'resolved', by: ADA }), times: 1 }, alert)).toBe(
    'Resolved: by Ada Moreau',
  );
});

test('what is not kept of a long life is counted', () => {
  const life = [aStep({ sequence: 1 }), aStep({ sequence: 2, change: 'merged' })];
  const later = [
    aStep({ sequence: 41, change: 'merged' }),
    aStep({ sequence: 42, change: 'merged' }),
    aStep({ sequence: 43, change: 'resolved' }),
  ];
  expect(chaptersOf([...life, ...later]).map(({ leftOut, times }) => [leftOut, times])).toEqual([
    [0, 1],
    [0, 1],
    [38, 2],
    [0, 1],
  ]);
});

test('an age is short, and says less the longer it is', () => {
  const SECOND = 1_000;
  expect(ageInWords(-5)).toBe('0 s');
  expect(ageInWords(59 * SECOND)).toBe('59 s');
  expect(ageInWords(60 * SECOND)).toBe('1 min');
  expect(ageInWords(3_600 * SECOND)).toBe('1 h');
  expect(ageInWords(11_100 * SECOND)).toBe('3 h 5 min');
  expect(ageInWords(3 * 86_400 * SECOND)).toBe('3 d');
});

test('what is read aloud names the gravest, and how many there are', () => {
  const grave = anAlert({ severity: 'critical', title: 'Root logged in' });
  expect(firedInWords([grave])).toBe('New alert, critical: Root logged in');
  expect(firedInWords([grave, anAlert()])).toBe('2 new alerts; the gravest, critical: Root logged in');
});

test('only addresses of the web are links', () => {
  expect(safeHref('https://wiki.example.com/runbook')).toBe('https://wiki.example.com/runbook');
  for (const url of [undefined, 'javascript:alert(1)', 'data:text/html,x', '//evil.example', 'runbook'])
    expect(safeHref(url)).toBeUndefined();
});

test('a silence that is on takes its alerts at once, by the one filter language', () => {
  const alert = anAlert({ group: { 'actor.id': 'jo' }, labels: { team: 'identity' } });
  expect(takes({ rule: { id: ['mfa-disabled'] }, group: { 'actor.id': ['jo'] } }, alert)).toBe(true);
  expect(takes({ group: { 'actor.id': ['ada'] } }, alert)).toBe(false);
  expect(takes({ labels: { team: [{ prefix: 'id' }] } }, alert)).toBe(true);
  for (const match of [undefined, 'all', { rule: { id: [{ nothing: 1 }] } }])
    expect(takes(match, alert)).toBe(false);

  const silence = aSilence();
  expect(quietOf(alert, [silence], NOW_MS)).toMatchObject({ kind: 'silence', silence });
  expect(quietOf(alert, [aSilence({ endedBy: ADA })], NOW_MS)).toBeUndefined();
  expect(quietOf(alert, [silence], Date.parse(silence.until))).toBeUndefined();
  expect(isActive(silence, Date.parse(silence.from) - 1)).toBe(false);
});

test('what a notice says of a silence counts until the page knows better; planned work and graver alerts count as told', () => {
  const silenced = anAlert({ suppressedBy: { kind: 'silence', id: 'silence-1' } });
  expect(quietOf(silenced, [], NOW_MS)).toMatchObject({ kind: 'silence', id: 'silence-1' });
  expect(quietOf(silenced, [aSilence({ endedBy: ADA })], NOW_MS)).toBeUndefined();
  const planned = anAlert({ suppressedBy: { kind: 'maintenance', id: 'friday' } });
  expect(quietInWords(quietOf(planned, [], NOW_MS) ?? { kind: 'silence', id: '' }, hour)).toBe(
    'held back: planned work “friday”',
  );
  expect(quietInWords({ kind: 'silence', id: 's', silence: aSilence() }, hour)).toBe(
    'silenced by Ada Moreau until 14:00',
  );
  expect(quietInWords({ kind: 'inhibition', id: 'outage' }, hour)).toMatch(/graver alert/);
});

test('the end of a silence: until when, ended when, and by whom', () => {
  expect(silenceEndInWords(aSilence(), true, hour)).toBe('until 14:00');
  expect(silenceEndInWords(aSilence(), false, hour)).toBe('ended 14:00');
  expect(silenceEndInWords(aSilence({ endedBy: ADA }), false, hour)).toBe('ended 14:00 by Ada Moreau');
});

test('who may not act is told which role it takes', () => {
  expect(refusalFor(['viewer', 'operator'])).toBeUndefined();
  expect(refusalFor(['viewer', 'auditor'])).toBe(
    'This needs the role operator; your token gives viewer, auditor',
  );
  expect(refusalFor(undefined)).toMatch(/Not connected/);
});

test('alerts are chosen by status, severity, rule and part of their text', () => {
  const book = [
    anAlert({ alertId: 'firing', severity: 'critical', title: 'Root logged in' }),
    anAlert({
      alertId: 'acked',
      status: 'acknowledged',
      rule: { id: 'other', name: 'Other', kind: 'match' },
    }),
    anAlert({ alertId: 'planned', suppressedBy: { kind: 'maintenance', id: 'friday' } }),
    anAlert({ alertId: 'over', status: 'resolved', group: { 'actor.id': 'JO@acme' } }),
  ].reduce((now, alert) => noted(now, alert, NOW_MS), NO_ALERTS);
  const ids = (choice: Parameters<typeof chosenAlerts>[1]) =>
    chosenAlerts(book, choice, [], NOW_MS)
      .map(({ alert }) => alert.alertId)
      .sort();
  expect(ids({})).toEqual(['acked', 'firing', 'over', 'planned']);
  expect(ids({ state: 'open' })).toEqual(['acked', 'firing', 'planned']);
  expect(ids({ state: 'firing' })).toEqual(['firing']);
  expect(ids({ state: 'quiet' })).toEqual(['planned']);
  expect(ids({ state: 'acknowledged' })).toEqual(['acked']);
  expect(ids({ state: 'resolved' })).toEqual(['over']);
  expect(ids({ severity: 'critical' })).toEqual(['firing']);
  expect(ids({ rule: 'other' })).toEqual(['acked']);
  expect(ids({ text: 'ROOT log' })).toEqual(['firing']);
  expect(ids({ text: 'jo@' })).toEqual(['over']);
});

test('its events in the live view: those of its group, and of its action if all samples have the same', () => {
  const sample = (action: string) => ({
    id: action,
    occurredAt: '2026-11-01T12:00:00.000Z',
    action,
    outcome: 'failure' as const,
    actor: { type: 'user' as const, id: 'jo' },
  });
  const patternFor = (alert: Parameters<typeof filterOf>[0]) => {
    const filter = filterOf(alert);
    return filter && toPattern(filter);
  };
  expect(
    patternFor(anAlert({ group: { 'actor.id': 'jo', 'http.statusCode': '403' }, samples: [sample('a.b')] })),
  ).toEqual({
    ok: true,
    pattern: { actor: { id: ['jo'] }, http: { statusCode: ['403', 403] }, action: ['a.b'] },
  });
  expect(
    patternFor(anAlert({ group: { 'actor.id': 'jo' }, samples: [sample('a.b'), sample('c.d')] })),
  ).toEqual({
    ok: true,
    pattern: { actor: { id: ['jo'] } },
  });
  expect(filterOf(anAlert())).toBeUndefined();
});
