import { expect, test } from '@jest/globals';
import { COLUMNS } from '../../dashboard/src/rows/columns.ts';
import { toCsv, toNdjson } from '../../dashboard/src/rows/download.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const columns = COLUMNS.filter(({ key }) => key === 'actor' || key === 'message');
const csv = (name: string, message = '') =>
  toCsv([anAuditEvent({ actor: { type: 'user', id: '1', name }, message })], columns);

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1'])('a spreadsheet does not run %p', (name) => {
  expect(csv(name).split('\r\n')[1]).toMatch(/^"?'/);
});

test('quotes, commas and line ends stay within their cell', () => {
  expect(csv('a "b", c', 'two\nlines')).toBe('\uFEFFActor,Message\r\n"a ""b"", c","two\nlines"\r\n');
});

test('NDJSON has one whole event a line', () => {
  const events = [anAuditEvent({ message: 'two\nlines' }), anAuditEvent()];
  expect(
    toNdjson(events)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events);
});
