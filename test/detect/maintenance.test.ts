/** Planned work is under way when the clock on the wall says so, whatever summer time does. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endOf, isUnderWay } from '../../src/detect/maintenance.ts';
import type { MaintenanceTimes } from '../../src/domain/rules/alert-policy.ts';

type Weekly = Extract<MaintenanceTimes, { readonly kind: 'weekly' }>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const [SUN, MON, FRI] = [0, 1, 5];

function weekly(days: readonly number[], from: string, until: string, timeZone = 'Europe/Berlin'): Weekly {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { kind: 'weekly', days, fromMinute: minutes(from), untilMinute: minutes(until), timeZone };
}

test('work that is done once ends before its end', () => {
  const once = { kind: 'once', fromMs: 1_000, untilMs: 2_000 } as const;
  expect([999, 1_000, 1_999, 2_000].map((ms) => isUnderWay(once, ms))).toEqual([false, true, true, false]);
  expect(endOf(once, 1_500, 9_999)).toBe(2_000);
  expect(endOf(once, 1_500, 1_600)).toBe(1_600);
});

// 2026: Friday is 27 November; Berlin changes on 29 March and 25 October, New York on 8 March and 1 November.
test.each([
  ['within', weekly([FRI], '22:00', '23:30'), '2026-11-27T21:30:00Z', true],
  ['from its first minute', weekly([FRI], '22:00', '23:30'), '2026-11-27T21:00:00Z', true],
  ['not before', weekly([FRI], '22:00', '23:30'), '2026-11-27T20:59:59.999Z', false],
  ['not from its end', weekly([FRI], '22:00', '23:30'), '2026-11-27T22:30:00Z', false],
  ['not on another day', weekly([FRI], '22:00', '23:30'), '2026-11-28T21:30:00Z', false],
  [
    'by the zone, not by UTC: the next day there',
    weekly([SUN], '00:00', '01:00', 'Asia/Kolkata'),
    '2026-11-28T18:45:00Z',
    true,
  ],
  ['over midnight, before', weekly([FRI], '22:00', '02:00'), '2026-11-27T22:59:00Z', true],
  ['over midnight, after', weekly([FRI], '22:00', '02:00'), '2026-11-28T00:59:00Z', true],
  ['over midnight, past its end', weekly([FRI], '22:00', '02:00'), '2026-11-28T01:00:00Z', false],
  [
    'over midnight, not on the morning of its own day',
    weekly([FRI], '22:00', '02:00'),
    '2026-11-27T00:30:00Z',
    false,
  ],
  ['over midnight into the next week', weekly([6], '22:00', '02:00'), '2026-11-29T00:30:00Z', true],
  ['a whole day', weekly([MON], '08:00', '08:00'), '2026-12-01T06:59:00Z', true],
  ['a whole day, past its end', weekly([MON], '08:00', '08:00'), '2026-12-01T07:00:00Z', false],
  ['in summer time', weekly([FRI], '22:00', '23:00'), '2026-07-03T20:30:00Z', true],
  ['in summer time, an hour later', weekly([FRI], '22:00', '23:00'), '2026-07-03T21:30:00Z', false],
  ['before a skipped hour', weekly([SUN], '01:30', '03:30'), '2026-03-29T00:59:00Z', true],
  ['past a skipped hour', weekly([SUN], '01:30', '03:30'), '2026-03-29T01:29:00Z', true],
  ['past a skipped hour and its end', weekly([SUN], '01:30', '03:30'), '2026-03-29T01:30:00Z', false],
  ['in a skipped hour there is none', weekly([SUN], '02:15', '02:45'), '2026-03-29T01:15:00Z', false],
  [
    'in an hour that comes twice, the first time',
    weekly([SUN], '02:15', '02:45'),
    '2026-10-25T00:30:00Z',
    true,
  ],
  [
    'in an hour that comes twice, the second time',
    weekly([SUN], '02:15', '02:45'),
    '2026-10-25T01:30:00Z',
    true,
  ],
  [
    'in New York, before it changes',
    weekly([SUN], '01:00', '03:30', 'America/New_York'),
    '2026-03-08T06:59:00Z',
    true,
  ],
  [
    'in New York, past its end',
    weekly([SUN], '01:00', '03:30', 'America/New_York'),
    '2026-03-08T07:30:00Z',
    false,
  ],
])('%s', (_, times, now, isIt) => {
  expect(isUnderWay(times, Date.parse(now))).toBe(isIt);
});

const CHANGES = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
  ['Asia/Kolkata', '2026-03-29T00:00:00Z', '2026-10-25T00:00:00Z'],
] as const;

test('any weekly time around any change of the clocks is as a calendar laid out minute by minute says', () => {
  const minute = fc.oneof(fc.nat(24 * 60 - 1), fc.constantFrom(0, 60, 90, 120, 150, 180, 1_439));
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      fc.boolean(),
      fc.uniqueArray(fc.nat(6), { minLength: 1 }),
      minute,
      minute,
      ([timeZone, spring, autumn], isSpring, days, fromMinute, untilMinute) => {
        const times: Weekly = { kind: 'weekly', days, fromMinute, untilMinute, timeZone };
        const changeMs = Date.parse(isSpring ? spring : autumn);
        const underWay = calendar(times, changeMs - 2 * DAY, changeMs + 2 * DAY);
        const starts = [...underWay.keys()];
        // A few hundred of the minutes, and all around the change.
        for (const ms of starts.filter((ms, i) => i % 17 === 0 || Math.abs(ms - changeMs) < 150 * MINUTE)) {
          const isIt = underWay.get(ms) as boolean;
          expect({ ms, isIt: isUnderWay(times, ms + 31_007) }).toEqual({ ms, isIt });
        }
        const begun = starts.find((ms) => underWay.get(ms) && ms > changeMs - 3 * 60 * MINUTE);
        if (begun === undefined || begun > changeMs + DAY) return;
        const end = starts.find((ms) => ms > begun && !underWay.get(ms)) ?? Number.POSITIVE_INFINITY;
        const atMost = begun + 5 * 60 * MINUTE;
        expect(endOf(times, begun + 5, atMost)).toBe(Math.min(end, atMost));
      },
    ),
    { numRuns: 60 },
  );
});

/** Walks the days of the zone's calendar: each minute of UTC with whether work is under way. The zone's offset is asked of
 * another part of the platform, by name. */
function calendar(times: Weekly, fromMs: number, untilMs: number): ReadonlyMap<number, boolean> {
  const offsetName = new Intl.DateTimeFormat('en-GB', {
    timeZone: times.timeZone,
    timeZoneName: 'longOffset',
  });
  const offsetMs = (ms: number) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(offsetName.format(ms)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  };
  const minutes = new Map<number, boolean>();
  for (let ms = fromMs; ms < untilMs; ms += MINUTE) {
    const wall = ms + offsetMs(ms);
    // Any beginning within the last two days of the wall's time that has not ended by it.
    const isIt = [0, 1].some((daysAgo) => {
      const midnight = wall - (wall % DAY) - daysAgo * DAY;
      const begins = midnight + times.fromMinute * MINUTE;
      const isNextDay = times.untilMinute <= times.fromMinute;
      const ends = midnight + times.untilMinute * MINUTE + (isNextDay ? DAY : 0);
      return times.days.includes(new Date(midnight).getUTCDay()) && begins <= wall && wall < ends;
    });
    minutes.set(ms, isIt);
  }
  return minutes;
}
