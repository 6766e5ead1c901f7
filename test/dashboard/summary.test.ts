import { expect, test } from '@jest/globals';
import { summaryOf } from '../../dashboard/src/detail/summary.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

test('an event in one sentence', () => {
  const event = anAuditEvent({
    activity: 'delete',
    actor: { type: 'user', id: 'u1', name: 'Ada' },
    targets: [{ type: 'storage_bucket', id: 'b1', name: 'invoices' }],
    context: { ip: '10.0.0.1', geo: { country: 'NO' } },
  });
  expect(summaryOf(event)).toBe('Ada deleted storage bucket invoices from 10.0.0.1 (NO)');
  expect(summaryOf({ ...event, outcome: 'denied', reason: { message: 'no policy allows it' } })).toBe(
    'Ada tried to delete storage bucket invoices from 10.0.0.1 (NO), and was denied: no policy allows it',
  );
});

test('an event without target or name still makes a sentence', () => {
  expect(summaryOf(anAuditEvent({ activity: 'login', actor: { type: 'user', id: 'u1' } }))).toBe(
    'u1 logged in',
  );
  expect(
    summaryOf(anAuditEvent({ activity: 'other', action: 'job.done', actor: { type: 'service', id: 's1' } })),
  ).toBe('s1 did job.done');
  expect(
    summaryOf(
      anAuditEvent({
        activity: 'other',
        action: 'policy.evaluated',
        actor: { type: 'user', id: 'u1' },
        targets: [{ type: 'app', id: 'a1' }],
      }),
    ),
  ).toBe('u1 did policy.evaluated on app a1');
});
