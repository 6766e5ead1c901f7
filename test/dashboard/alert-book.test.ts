import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  inView,
  LEAVING_MS,
  MOST_PAST,
  NO_ALERTS,
  noted,
  openAlerts,
  pastAlerts,
  recorded,
  withoutLost,
} from '../../dashboard/src/alerts/alert-book.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { anAlert } from '../builders/an-alert.ts';
import { aStep } from '../builders/an-alert-record.ts';

const NOW_MS = Date.parse('2026-11-01T12:10:00.000Z');
const ids = (known: readonly { readonly alert: Alert }[]) => known.map(({ alert }) => alert.alertId);
const noting = (alerts: readonly Alert[]) =>
  alerts.reduce((book, alert) => noted(book, alert, NOW_MS), NO_ALERTS);

/** A life of each alert: as many notices as told, the last of them perhaps its end. */
const lives = fc
  .array(fc.record({ notices: fc.integer({ min: 1, max: 6 }), isOver: fc.boolean() }), { maxLength: 5 })
  .map((all) =>
    all.flatMap(({ notices, isOver }, n) =>
      Array.from({ length: notices }, (_, i): Alert => {
        const ends = isOver && i === notices - 1;
        return anAlert({
          alertId: `alert-${n}`,
          sequence: i + 1,
          count: i + 1,
          status: ends ? 'resolved' : 'firing',
          change: ends ? 'resolved' : i === 0 ? 'fired' : 'merged',
        });
      }),
    ),
  );

test('whatever the order in which notices come, once or several times, pushed or listed: the latest of each alert counts', () => {
  const heard = lives.chain((notices) =>
    fc.record({
      notices: fc.constant(notices),
      heard: fc
        .array(fc.record({ n: fc.nat(Math.max(0, notices.length - 1)), isListed: fc.boolean() }))
        .map((extra) => [...notices.map((_, n) => ({ n, isListed: n % 2 === 0 })), ...extra])
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
    }),
  );
  fc.assert(
    fc.property(heard, ({ notices, heard: order }) => {
      const latest = new Map<string, Alert>();
      for (const notice of notices) latest.set(notice.alertId, notice);
      const book = order.reduce((now, { n, isListed }) => {
        const alert = notices[n];
        if (!alert) return now;
        return isListed ? recorded(now, [{ alert, steps: [] }], NOW_MS) : noted(now, alert, NOW_MS);
      }, NO_ALERTS);
      expect(new Map([...book].map(([id, { alert }]) => [id, alert]))).toEqual(latest);
    }),
  );
});

test('what says nothing new is the same book: nothing is drawn again', () => {
  const alert = anAlert({ sequence: 2 });
  const book = noting([alert]);
  expect(noted(book, alert, NOW_MS)).toBe(book);
  expect(noted(book, anAlert({ sequence: 1 }), NOW_MS)).toBe(book);
});

test('a record of the same notice brings its life; a later notice keeps it', () => {
  const steps = [aStep()];
  const book = recorded(noting([anAlert()]), [{ alert: anAlert(), steps }], NOW_MS);
  expect(book.get('alert-1')?.steps).toBe(steps);
  expect(noted(book, anAlert({ sequence: 2 }), NOW_MS).get('alert-1')?.steps).toBe(steps);
});

test('open ones stand the gravest first, then the newest; past ones the newest first', () => {
  const book = noting([
    anAlert({ alertId: 'a', severity: 'low', firstAt: '2026-11-01T12:05:00.000Z' }),
    anAlert({ alertId: 'b', severity: 'critical', firstAt: '2026-11-01T12:00:00.000Z' }),
    anAlert({ alertId: 'c', severity: 'low', firstAt: '2026-11-01T12:06:00.000Z' }),
    anAlert({ alertId: 'd', severity: 'critical', firstAt: '2026-11-01T12:01:00.000Z' }),
    anAlert({ alertId: 'e', severity: 'info', status: 'resolved' }),
    anAlert({ alertId: 'f', severity: 'info', status: 'resolved' }),
  ]);
  expect(ids(openAlerts(book))).toEqual(['d', 'b', 'c', 'a']);
  expect(ids(pastAlerts(book))).toEqual(['f', 'e']);
});

test('what ends while the page looks on stays in view for a moment; what was over before does not come into it', () => {
  const fired = noting([anAlert()]);
  const book = noted(fired, anAlert({ sequence: 2, status: 'resolved', change: 'resolved' }), NOW_MS);
  expect(ids(inView(book, NOW_MS))).toEqual(['alert-1']);
  expect(ids(inView(book, NOW_MS + LEAVING_MS - 1))).toEqual(['alert-1']);
  expect(ids(inView(book, NOW_MS + LEAVING_MS))).toEqual([]);
  expect(ids(openAlerts(book))).toEqual([]);

  const listed = recorded(NO_ALERTS, [{ alert: anAlert({ status: 'resolved' }), steps: [] }], NOW_MS);
  expect(inView(listed, NOW_MS)).toEqual([]);
});

test('after a gap, an open alert that the server no longer lists is gone; a fresh one may be ahead of the list', () => {
  const book = noting([
    anAlert({ alertId: 'ended', occurredAt: '2026-11-01T12:00:00.000Z' }),
    anAlert({ alertId: 'listed', occurredAt: '2026-11-01T12:00:00.000Z' }),
    anAlert({ alertId: 'fresh', occurredAt: '2026-11-01T12:09:50.000Z' }),
    anAlert({ alertId: 'past', status: 'resolved', occurredAt: '2026-11-01T12:00:00.000Z' }),
  ]);
  const listed = [{ alert: anAlert({ alertId: 'listed' }), steps: [] }];
  expect([...withoutLost(book, listed, NOW_MS).keys()]).toEqual(['listed', 'fresh', 'past']);
});

test('of past alerts the newest are kept, of open ones all', () => {
  const past = Array.from({ length: MOST_PAST + 5 }, (_, i) =>
    anAlert({ alertId: `past-${String(i).padStart(5, '0')}`, status: 'resolved' }),
  );
  const book = noting([anAlert({ alertId: 'a-open' }), ...past]);
  expect(pastAlerts(book)).toHaveLength(MOST_PAST);
  expect(book.has('past-00004')).toBe(false);
  expect(book.has('past-00005')).toBe(true);
  expect(book.has('a-open')).toBe(true);
});
