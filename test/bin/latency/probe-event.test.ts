import { expect, test } from '@jest/globals';
import { probeEvent, probeFilter } from '../../../bin/latency/probe-event.ts';
import { parseAuditEvent } from '../../../src/domain/event/index.ts';
import { matches, parseFilter } from '../../../src/domain/filter/index.ts';

const NOW_MS = Date.UTC(2026, 10, 1);

test('a marked event is a valid audit event that needs no cleaning', () => {
  const event = probeEvent('probe-1-', 0, 'acme', NOW_MS);

  expect(parseAuditEvent(event)).toEqual(event);
});

test('the filter of a run matches its own events and no other run’s', () => {
  const filter = parseFilter(probeFilter('probe-1-'));

  expect(matches(filter, probeEvent('probe-1-', 3, 'acme', NOW_MS))).toBe(true);
  expect(matches(filter, probeEvent('probe-2-', 3, 'acme', NOW_MS))).toBe(false);
  expect(matches(filter, { ...probeEvent('probe-1-', 3, 'acme', NOW_MS), action: 'a.b' })).toBe(false);
});
