import { expect, test } from '@jest/globals';
import type { EventRow } from '../../dashboard/src/rows/row.ts';
import { wholeEvents } from '../../dashboard/src/rows/whole-events.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const row = (id: string, trimmed: boolean): EventRow => ({
  kind: 'event',
  id,
  event: anAuditEvent({ id }),
  atMs: 0,
  via: 'push',
  arrivedAtMs: 0,
  trimmed,
});

test('what came trimmed is fetched, what came whole is not asked for', async () => {
  const asked: string[] = [];
  const { events, partial } = await wholeEvents([row('a', false), row('b', true)], async (id) => {
    asked.push(id);
    return anAuditEvent({ id, message: 'whole' });
  });

  expect(asked).toEqual(['b']);
  expect(events).toMatchObject([{ id: 'a' }, { id: 'b', message: 'whole' }]);
  expect(partial).toBe(0);
});

test('what cannot be fetched is kept in part, and counted', async () => {
  const { events, partial } = await wholeEvents([row('a', true)], () => Promise.reject(new Error('gone')));

  expect(events).toMatchObject([{ id: 'a' }]);
  expect(partial).toBe(1);
});
