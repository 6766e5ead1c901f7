/** One line of JSON on stdout for each record: safe as soon as it is written, because the platform keeps the log. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import type { Delivery } from './deliver.ts';

/** Marks the line, so that a log subscription can choose it: `{ $.auditStreamJournal = 1 }`. */
const JOURNAL_MARK = 'auditStreamJournal';

/** Takes whole lines, the line feed included. */
export type Write = (lines: string) => void;

export function journalLine(record: AuditEvent): string {
  return `${JSON.stringify({ [JOURNAL_MARK]: 1, event: record })}\n`;
}

/** What {@link journalLine} wrote. */
export function recordIn(line: string): AuditEvent {
  return (JSON.parse(line) as { readonly event: AuditEvent }).event;
}

export function makeJournal(write: Write): Delivery {
  return {
    begin() {},
    take: (record) => write(journalLine(record)),
    end: (_requestId, lines) => (lines === '' ? undefined : write(lines)),
  };
}

/** Not `console.log`: Lambda's would put its own words before the line. Synchronous where stdout is a pipe.
 * https://nodejs.org/api/process.html#a-note-on-process-io */
export const writeToStdout: Write = (lines) => void process.stdout.write(lines);
