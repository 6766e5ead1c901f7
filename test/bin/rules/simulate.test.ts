/** What past events would have caused, by a clock that goes with them. */
import { expect, test } from '@jest/globals';
import { DueTimes } from '../../../bin/rules/due-times.ts';
import { outcomesOf } from '../../../bin/rules/outcomes.ts';
import { simulate } from '../../../bin/rules/simulate.ts';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { NO_RULES } from '../../../src/domain/rules/rule-book.ts';
import { aRule } from '../../builders/a-rule.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';

const MINUTE = 60_000;
const BEGIN_MS = Date.parse('2026-11-01T00:00:00Z');
const at = (minute: number, actor = 'jo', fields: Partial<AuditEvent> = {}) =>
  anAuditEvent({
    occurredAt: new Date(BEGIN_MS + minute * MINUTE).toISOString(),
    actor: { type: 'user', id: actor },
    ...fields,
  });
const rule = aRule({
  condition: { kind: 'threshold', count: 3, windowMs: 10 * MINUTE },
  groupBy: ['actor.id'],
  quietMs: 30 * MINUTE,
  repeatMs: 240 * MINUTE,
});

async function tried(rules: readonly (typeof rule)[], events: readonly AuditEvent[], untilMinute: number) {
  const alerts = await simulate({
    book: { ...NO_RULES, rules },
    channels: ['slack'],
    events,
    untilMs: BEGIN_MS + untilMinute * MINUTE,
  });
  return outcomesOf(rules, alerts);
}

test('bursts fire once each, in whatever order the events are', async () => {
  const burst = (minute: number, actor: string) => [0, 1, 2, 3].map((i) => at(minute + i, actor));
  const events = [...burst(600, 'jo'), ...burst(0, 'jo'), ...burst(2, 'kim'), at(0, 'lee'), at(50, 'lee')];
  const [outcome] = await tried([rule], events.reverse(), 1_000);
  expect(outcome).toMatchObject({
    ...{ alerts: 3, open: 0, events: 12, groups: 2 },
    busiest: { tenantId: 'acme', group: { 'actor.id': 'jo' }, alerts: 2, events: 8 },
    // Fired, one more event, resolved.
    notices: { page: 9, slack: 9 },
  });
  expect(outcome?.firedMs.map((ms) => (ms - BEGIN_MS) / MINUTE).sort((a, b) => a - b)).toEqual([2, 4, 602]);
});

test('what is open at the end says so, with all its events, and tells of no end', async () => {
  const [outcome] = await tried(
    [rule],
    [0, 1, 2, 2.1, 2.2].map((minute) => at(minute)),
    2.5,
  );
  expect(outcome).toMatchObject({ alerts: 1, open: 1, events: 5, notices: { page: 1, slack: 1 } });
});

test('the end of the events is no silence', async () => {
  const silence = aRule({ condition: { kind: 'silence', afterMs: 60 * MINUTE } });
  const [outcome] = await tried([silence], [at(0), at(30), at(120)], 120);
  expect(outcome).toMatchObject({ alerts: 1, open: 0, events: 0, notices: { page: 2 } });
});

test('repetitions of what lasts are reckoned', async () => {
  const silence = aRule({ condition: { kind: 'silence', afterMs: 60 * MINUTE }, repeatMs: 240 * MINUTE });
  const begunMs = Date.now();
  const years = 10 * 365 * 24 * 60;
  const [outcome] = await tried([silence], [at(0), at(years)], years);
  expect(outcome?.notices.page).toBe(2 + Math.floor((years - 60) / 240));
  expect(Date.now() - begunMs).toBeLessThan(20_000);
});

test('the clock looks at whole minutes, each once', () => {
  const due = new DueTimes();
  for (const minute of [3, 1.5, 1.9, 7, 2]) due.add(minute * MINUTE);
  const taken: (number | undefined)[] = [];
  for (let i = 0; i < 3; i++) taken.push(due.takeUntil(5 * MINUTE));
  expect(taken).toEqual([2 * MINUTE, 3 * MINUTE, undefined]);
  expect(due.nextMs).toBe(7 * MINUTE);
});
