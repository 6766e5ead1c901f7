import { expect, test } from '@jest/globals';
import { takes } from '../../dashboard/src/alerts/quiet.ts';
import {
  type Draft,
  matchInWords,
  matchOf,
  partsOf,
  wishOf,
} from '../../dashboard/src/alerts/silence-wish.ts';
import { anAlert } from '../builders/an-alert.ts';

const NOW_MS = Date.parse('2026-11-01T12:00:00.000Z');
const alert = anAlert({ group: { 'actor.id': 'jo "the\\*" x', 'context.ip': '203.0.113.7' } });
const parts = partsOf(alert);
const draft = (fields: Partial<Draft> = {}): Draft => ({
  parts,
  duration: '2h',
  until: '',
  comment: 'load test',
  ...fields,
});

test('the rule and the values of its group make a pattern that takes this alert, and none of another group', () => {
  const match = matchOf(parts);
  expect(match).toEqual({
    rule: { id: ['mfa-disabled'] },
    group: { 'actor.id': ['jo "the\\*" x'], 'context.ip': ['203.0.113.7'] },
  });
  expect(takes(match, alert)).toBe(true);
  expect(takes(match, anAlert({ group: { 'actor.id': 'ada', 'context.ip': '203.0.113.7' } }))).toBe(false);
  const wider = matchOf(parts.filter(({ label }) => label !== 'actor.id'));
  expect(takes(wider, anAlert({ group: { 'actor.id': 'ada', 'context.ip': '203.0.113.7' } }))).toBe(true);
});

test('a wish has what it takes, how long and why', () => {
  expect(wishOf(draft(), NOW_MS)).toEqual({
    ok: true,
    wish: { match: matchOf(parts), comment: 'load test', seconds: 7_200 },
  });
  expect(wishOf(draft({ duration: '1w' }), NOW_MS)).toMatchObject({ wish: { seconds: 604_800 } });
  expect(wishOf(draft({ duration: 'until', until: '2026-11-02T00:00:00Z' }), NOW_MS)).toMatchObject({
    wish: { until: '2026-11-02T00:00:00.000Z' },
  });
});

test('what is missing or wrong is said, and nothing is wished', () => {
  const problem = (fields: Partial<Draft>) => {
    const wished = wishOf(draft(fields), NOW_MS);
    return wished.ok ? undefined : wished.problem;
  };
  expect(problem({ parts: [] })).toMatch(/at least one/);
  expect(problem({ comment: '  ' })).toMatch(/why/);
  expect(problem({ duration: 'until' })).toMatch(/until when/);
  expect(problem({ duration: 'until', until: '2026-11-01T11:59:00Z' })).toMatch(/passed/);
  expect(problem({ duration: 'until', until: '2027-11-01T11:59:00Z' })).toMatch(/90 days/);
});

test('a pattern in a line', () => {
  expect(matchInWords(matchOf(parts.slice(0, 1)))).toBe('rule.id mfa-disabled');
  expect(matchInWords({ severity: ['low', 'info'], labels: { team: [{ prefix: 'a' }] } })).toBe(
    'severity low or info, labels.team {"prefix":"a"}',
  );
  expect(matchInWords({})).toBe('{}');
});
