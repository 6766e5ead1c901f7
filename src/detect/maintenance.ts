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

interface Wall {
  /** 0 is Sunday. */
  readonly day: number;
  /** After midnight. */
  readonly minute: number;
}

/** Notices come many in a minute, and the platform takes its time with zones: each is asked once a minute. */
function onTheWall(ms: number, timeZone: string): Wall {
  const minuteMs = ms - (ms % MINUTE_MS);
  const zone = zones.get(timeZone) ?? { clock: clockOf(timeZone) };
  if (zone.last?.minuteMs === minuteMs) return zone.last.wall;
  const wall = wallOf(zone.clock, minuteMs);
  zones.set(timeZone, { clock: zone.clock, last: { minuteMs, wall } });
  return wall;
}

function wallOf(clock: Intl.DateTimeFormat, ms: number): Wall {
  const parts = clock.formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return { day: DAYS.indexOf(part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

interface Zone {
  readonly clock: Intl.DateTimeFormat;
  readonly last?: { readonly minuteMs: number; readonly wall: Wall };
}

const zones = new Map<string, Zone>();
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MINUTE_MS = 60_000;
