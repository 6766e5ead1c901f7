/** Times as people read them. */
import type { Clock } from './settings.ts';

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

/** `14:03:20.123`, with the day in front when it is not today. */
export function showTime(ms: number, clock: Clock, nowMs: number): string {
  if (!Number.isFinite(ms)) return '';
  if (clock === 'ago') return showAge(nowMs - ms);
  const date = new Date(ms);
  const utc = clock === 'utc';
  const [h, m, s, day] = utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.toISOString().slice(0, 10)]
    : [date.getHours(), date.getMinutes(), date.getSeconds(), localDay(date)];
  const today = utc ? new Date(nowMs).toISOString().slice(0, 10) : localDay(new Date(nowMs));
  const time = `${pad(h)}:${pad(m)}:${pad(s)}.${pad(date.getMilliseconds(), 3)}`;
  return day === today ? time : `${day.slice(5)} ${time.slice(0, 8)}`;
}

/** `12:03:20`. */
export function showClock(ms: number): string {
  const date = new Date(ms);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

export function showAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

const localDay = (date: Date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

/** `2026-11-23 14:03:20.123`, with `UTC` behind when it is. */
export function showDayAndTime(ms: number, utc: boolean): string {
  if (!Number.isFinite(ms)) return '';
  if (utc) return `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)} UTC`;
  const date = new Date(ms);
  return `${localDay(date)} ${showClock(ms)}.${pad(date.getMilliseconds(), 3)}`;
}
