/** One line of JSON on stdout for each record: safe as soon as it is written, because the platform keeps the log. */
import type { Deliver } from './deliver.ts';

/** Marks the line, so that a log subscription can choose it: `{ $.auditStreamJournal = 1 }`. */
const JOURNAL_MARK = 'auditStreamJournal';

export function makeJournal(write: (line: string) => unknown = writeToStdout): Deliver {
  return (record) => void write(`${JSON.stringify({ [JOURNAL_MARK]: 1, event: record })}\n`);
}

/** Not `console.log`: Lambda's would put its own words before the line. Synchronous where stdout is a pipe.
 * https://nodejs.org/api/process.html#a-note-on-process-io */
function writeToStdout(line: string): void {
  process.stdout.write(line);
}
