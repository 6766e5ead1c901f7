/** What is shown, as a file: NDJSON for programs, CSV for a spreadsheet that must not run it. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { Column } from './columns.ts';

export function toNdjson(events: readonly AuditEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** RFC 4180, with a byte order mark so that spreadsheets read UTF-8. */
export function toCsv(events: readonly AuditEvent[], columns: readonly Column[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...events.map((event) => columns.map(({ text }) => text(event))),
  ];
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe in front.
 * https://owasp.org/www-community/attacks/CSV_Injection */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text.trimStart()) || /^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
