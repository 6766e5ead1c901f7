import { expect, test } from '@jest/globals';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';
import type { SystemEvent } from '../../src/stream/system-audit-event.ts';
import { makeSystemEvents } from '../../src/stream/system-events.ts';
import { aClock, aPrincipal, memoryBus, silent } from './memory-home.ts';

function aReporter(perMinute = 60) {
  const clock = aClock();
  const bus = memoryBus();
  const timers: (() => unknown)[] = [];
  const events = makeSystemEvents({
    publish: bus.publish,
    now: clock.now,
    log: silent,
    perMinute,
    schedule: (run) => timers.push(run),
  });
  return { clock, bus, timers, events };
}
const denied: SystemEvent = { action: 'stream.denied', cause: 'strangers', reason: { code: 'expired' } };

test.each<[string, SystemEvent]>([
  ['a stranger', { ...denied, sourceIp: '203.0.113.7', userAgent: 'curl/8' }],
  [
    'a hostile stranger',
    { ...denied, sourceIp: 'not an address', userAgent: `a\u0000\r\n\ud800${'x'.repeat(9_999)}` },
  ],
  ['somebody known', { ...denied, subject: `auth0|${'x'.repeat(250)}` }],
  [
    'a connect',
    {
      action: 'stream.connected',
      cause: 'ada',
      principal: aPrincipal({ name: 'Ada\u0007' }),
      connectionId: 'c1',
    },
  ],
  [
    'a subscription',
    {
      action: 'stream.subscribed',
      cause: 'ada',
      principal: aPrincipal(),
      connectionId: 'c1',
      metadata: { sub: 's', filter: '{"action":["a.b"]}' },
    },
  ],
  [
    'a refused act',
    { action: 'stream.act_refused', cause: 'ada', principal: aPrincipal(), reason: { code: 'role' } },
  ],
])('%s becomes a valid audit event of the reserved tenant', async (_, event) => {
  const { bus, events } = aReporter();
  events.report(event);
  await events.settled();
  const [published] = bus.published;
  expect(parseAuditEvent(JSON.parse(JSON.stringify(published?.detail)))).toEqual(published?.detail);
  expect(published).toMatchObject({ source: 'audit.audit-stream', detail: { tenantId: 'audit-stream' } });
});

test('a flood of denials is counted, not stored: the last one says how many there were', async () => {
  const { clock, bus, timers, events } = aReporter(5);
  for (let i = 0; i < 10_000; i++) events.report(denied);
  await events.settled();
  expect(bus.published).toHaveLength(5);
  clock.pass(60_000);
  for (const run of timers) run();
  await events.settled();
  expect(timers).toHaveLength(1);
  expect(bus.published).toHaveLength(6);
  expect(bus.published[5]?.detail.metadata).toEqual({ suppressedBefore: 9_994 });
});

test('a denial in the next minute brings the count along, also where no timer ran', async () => {
  const { clock, bus, events } = aReporter(1);
  for (let i = 0; i < 4; i++) events.report(denied);
  clock.pass(60_000);
  events.report(denied);
  await events.settled();
  expect(bus.published.map(({ detail }) => detail.metadata)).toEqual([
    undefined,
    { suppressedBefore: 2 },
    undefined,
  ]);
});

test('a flood of strangers takes nothing from what a known subject does', async () => {
  const { bus, events } = aReporter(1);
  for (let i = 0; i < 100; i++) events.report(denied);
  events.report({ action: 'stream.denied', cause: 'ada', principal: aPrincipal() });
  await events.settled();
  expect(bus.published).toHaveLength(2);
});
