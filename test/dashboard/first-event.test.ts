import { expect, test } from '@jest/globals';
import { curlFor, firstEvent } from '../../dashboard/src/view/first-event.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';

const now = new Date('2026-11-23T12:00:00.000Z');

test('the event that the empty page offers to send is one that the door takes', () => {
  const event = firstEvent('acme', now);
  expect(parseAuditEvent(event)).toEqual(event);
});

test('the command survives a quote in the tenant', () => {
  expect(curlFor('http://127.0.0.1:4100', "o'hara", now)).toContain(`"tenantId":"o'\\''hara"`);
});
