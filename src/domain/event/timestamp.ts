/** Reads an RFC 3339 timestamp as one instant, so that every event sorts and compares by the same text. */

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const FORM = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export type Timestamp =
  | { readonly kind: 'instant'; readonly text: string; readonly timeMs: number }
  | { readonly kind: 'fault'; readonly reason: string };

/** In UTC with milliseconds (finer digits are cut); a leap second becomes the millisecond before it ends. */
export function parseTimestamp(text: string): Timestamp {
  const plainMs = text.length === 24 ? Date.parse(text) : Number.NaN;
  // Most are in the one form already.
  if (!Number.isNaN(plainMs) && new Date(plainMs).toISOString() === text)
    return { kind: 'instant', text, timeMs: plainMs };
  const found = text.length <= 64 ? FORM.exec(text) : null;
  if (!found) return fault('must be an RFC 3339 timestamp with an offset, as 2026-11-01T12:00:00.000Z');
  const [, year, month, day, hour, minute, second, fraction = '', sign, aheadH = '0', aheadM = '0'] = found;
  const leap = second === '60';
  if (!isDay(Number(year), Number(month), Number(day))) return fault('names a day that the calendar lacks');
  if (Number(hour) > 23 || Number(minute) > 59 || (Number(second) > 59 && !leap))
    return fault('names a time that the clock lacks');
  if (Number(aheadH) > 23 || Number(aheadM) > 59) return fault('has an offset that no zone has');
  const millis = leap ? '999' : fraction.slice(0, 3).padEnd(3, '0');
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${leap ? '59' : second}.${millis}Z`);
  const timeMs = local - (sign === '-' ? -1 : 1) * (Number(aheadH) * 60 + Number(aheadM)) * 60_000;
  const utc = new Date(timeMs).toISOString();
  if (utc.length !== 24) return fault('falls outside the years 0000 to 9999 in UTC');
  if (leap && !utc.startsWith('23:59', 11)) return fault('has a second 60 where no leap second can be');
  return { kind: 'instant', text: utc, timeMs };
}

function isDay(year: number, month: number, day: number): boolean {
  if (month === 2 && day === 29) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (DAYS[month - 1] ?? 0);
}

function fault(reason: string): Timestamp {
  return { kind: 'fault', reason };
}
