import { expect, test } from '@jest/globals';
import { makeJournal } from '../../src/audit/delivery/journal.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

test('a record is one line, whatever its texts hold', () => {
  const lines: string[] = [];
  const record = anAuditEvent({ message: 'two\nlines\u2028and more' });
  makeJournal((line) => void lines.push(line)).take(record, 'r-1');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  expect(JSON.parse(lines[0] as string)).toEqual({ auditStreamJournal: 1, event: record });
});
