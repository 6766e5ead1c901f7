/** Tells whether planned work is under way. A weekly time is what the clock on the wall shows there: an hour that summer
 * time skips is never, and one that it repeats is twice. */
import type { MaintenanceTimes } from '../domain/rules/alert-policy.ts';

export function isUnderWay(times: MaintenanceTimes, nowMs: number): boolean {
  if (times.kind === 'once') return times.fromMs <= nowMs && nowMs < times.untilMs;
  const { days, fromMinute, untilMinute } = times;
  const { day, minute } = onTheWall(nowMs, times.timeZone);
  if (untilMinute > fromMinute) return days.includes(day) && minute >= fromMinute && minute < untilMinute;
  const yesterday = (day + 6) % 7;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(yesterday) && minute < untilMinute);
}

/** When work that is under way ends, or `atMostMs` where that is later. */
export function endOf(times: MaintenanceTimes, nowMs: number, atMostMs: number): number {
  if (times.kind === 'once') return Math.min(times.untilMs, atMostMs);
  // Minute by minute: summer time may begin or end on the way.
  for (let ms = nowMs - (nowMs % MINUTE_MS) + MINUTE_MS; ms < atMostMs; ms += MINUTE_MS)
    if (!isUnderWay(times, ms)) return ms;
  return atMostMs;
}

/** Weekday (0 is Sunday) and minutes after midnight. */
function onTheWall(ms: number, timeZone: string): { readonly day: number; readonly minute: number } {
  const parts = clockOf(timeZone).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return { day: DAYS.indexOf(part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** Making one costs as much as using it a hundred times. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MINUTE_MS = 60_000;
