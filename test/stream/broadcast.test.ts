import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import { MAX_FRAME_BYTES } from '../../src/domain/protocol/messages.ts';
import type { Gateway } from '../../src/stream/ports.ts';
import { anAlert } from '../builders/an-alert.ts';
import { aStream } from './a-stream.ts';
import { anEvent, memoryGateway, onBus, START_MS } from './memory-home.ts';

test('an event goes once to each connection of its tenant, with all its subscriptions that match', async () => {
  const { viewer, broadcast, gateway } = aStream();
  const [ada, bob, cat] = [await viewer('c1'), await viewer('c2'), await viewer('c3')];
  await ada.subscribe('z');
  await ada.subscribe('a', { action: ['invoice.approved'] });
  await ada.subscribe('other', { action: ['c.d'] });
  await bob.subscribe('z');
  await bob.subscribe('a');
  await cat.subscribe('other', { action: ['c.d'] });
  const event = anEvent();
  expect(await broadcast(onBus(event), START_MS)).toEqual({
    matched: 2,
    sent: 2,
    gone: 0,
    throttled: 0,
    failed: 0,
    late: 0,
    handedOff: 0,
  });
  const push = { v: 1, type: 'event', subs: ['a', 'z'], acceptedAtMs: START_MS, event };
  expect([ada.pushed(), bob.pushed(), cat.pushed()]).toEqual([[push], [push], []]);
  expect(gateway.sent[0]?.text).toBe(gateway.sent[1]?.text);
});

test('an alert is pushed as one', async () => {
  const { viewer, broadcast } = aStream();
  const ada = await viewer('c1');
  await ada.subscribe('a');
  const alert = anAlert();
  await broadcast(onBus(alert, { 'detail-type': AUDIT_ALERT, source: SYSTEM_SOURCE }), START_MS);
  expect(ada.pushed()).toEqual([{ v: 1, type: 'alert', subs: ['a'], alert }]);
});

test('trap 67: a push stays under one frame, however large the event and however long the names', async () => {
  const { viewer, broadcast, gateway } = aStream();
  const ada = await viewer('c1');
  const bob = await viewer('c2');
  for (let i = 0; i < 50; i++) await ada.subscribe(`${i}`.padStart(64, '"'));
  await bob.subscribe('b');
  for (const char of ['x', '€', '"', '\ud83d\ude00']) {
    const metadata = { text: char.repeat(20_000), more: { text: char.repeat(20_000) } };
    await broadcast(onBus(anEvent({ metadata, message: char.repeat(1_000) })), START_MS);
  }
  for (const { text } of gateway.sent) expect(Buffer.byteLength(text)).toBeLessThan(MAX_FRAME_BYTES);
  expect(bob.pushed()).toHaveLength(4);
  expect(ada.pushed().every((push) => push.type === 'event' && push.trimmed)).toBe(true);
});

test('trap 66: a gone connection deletes exactly its own rows', async () => {
  const gateway = memoryGateway((id) => (id === 'c1' ? 'gone' : 'sent'));
  const { viewer, broadcast, rows } = aStream({ gateway });
  for (const id of ['c1', 'c10', 'c2']) await (await viewer(id)).subscribe('a');
  await (await viewer('c3', { tenantId: 'globex' })).subscribe('a');
  expect(await broadcast(onBus(anEvent()), START_MS)).toMatchObject({ sent: 2, gone: 1 });
  expect([...rows.values()].map(({ connectionId }) => connectionId)).toEqual(['c10', 'c2', 'c3']);
  expect(await broadcast(onBus(anEvent()), START_MS)).toMatchObject({ matched: 2, sent: 2, gone: 0 });
});

test('what is throttled, too large or failing is counted, not tried again, and keeps its rows', async () => {
  const outcomes: Record<string, () => ReturnType<Gateway['send']>> = {
    c1: async () => 'throttled',
    c2: async () => 'too_large',
    c3: async () => 'failed',
    c4: () => Promise.reject(new Error('reset')),
  };
  let sends = 0;
  const gateway = memoryGateway((id) => {
    sends++;
    return outcomes[id]?.() ?? 'sent';
  });
  const { viewer, broadcast, rows } = aStream({ gateway });
  for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) await (await viewer(id)).subscribe('a');
  const report = await broadcast(onBus(anEvent()), START_MS);
  expect(report).toMatchObject({ matched: 5, sent: 1, throttled: 1, failed: 3, gone: 0, late: 0 });
  expect(sends).toBe(5);
  expect(rows.size).toBe(5);
});

test('a connection that never answers holds up nobody, and is given up at the deadline', async () => {
  const gateway = memoryGateway((id) => (id === 'c1' ? new Promise(() => undefined) : 'sent'));
  const { viewer, broadcast } = aStream({ gateway, limits: { sendDeadlineMs: 20 } });
  await (await viewer('c1')).subscribe('a');
  const bob = await viewer('c2');
  await bob.subscribe('a');
  const reports = await Promise.all([1, 2, 3].map(() => broadcast(onBus(anEvent()), START_MS)));
  expect(bob.pushed()).toHaveLength(3);
  for (const report of reports) expect(report).toMatchObject({ matched: 2, sent: 1, late: 1 });
});

test('what is no event, or not its producer’s to write, is never pushed and never thrown', async () => {
  const producers = { 'audit.billing': ['globex'] };
  const { viewer, broadcast, gateway } = aStream({ producers });
  await (await viewer('c1')).subscribe('a');
  await (await viewer('c2', { tenantId: 'audit-stream', roles: ['auditor'] })).subscribe('a');
  const cases = [
    [onBus(anEvent()), 'tenant_not_allowed'],
    [onBus(anEvent({ tenantId: 'audit-stream' })), 'tenant_not_allowed'],
    [onBus(anEvent(), { source: '__proto__' }), 'tenant_not_allowed'],
    [onBus(null), 'invalid_event'],
    [onBus({ ...anEvent(), actor: undefined }), 'invalid_event'],
    [onBus(anEvent(), { 'detail-type': 'Other' }), 'invalid_event'],
    [onBus({ tenantId: 'acme' }, { 'detail-type': AUDIT_ALERT }), 'invalid_event'],
    [onBus({ ...anAlert(), tenantId: '' }, { 'detail-type': AUDIT_ALERT }), 'invalid_event'],
  ] as const;
  for (const [bus, refused] of cases)
    expect(await broadcast(bus, START_MS)).toMatchObject({ refused, sent: 0 });
  expect(gateway.sent).toEqual([]);
});

test('the reserved tenant takes no event from a producer, also where any producer is trusted', async () => {
  const { broadcast } = aStream();
  expect(await broadcast(onBus(anEvent({ tenantId: 'audit-stream' })), START_MS)).toMatchObject({
    refused: 'tenant_not_allowed',
  });
});

test('a store that is lost costs the push, not the process', async () => {
  const { viewer, broadcast, subscriptions } = aStream();
  await (await viewer('c1')).subscribe('a');
  subscriptions.version = () => Promise.reject(new Error('locked'));
  expect(await broadcast(onBus(anEvent()), START_MS)).toMatchObject({ refused: 'unavailable' });
});

test('a tenant never sees another’s event, whatever the filters', async () => {
  const tenants = ['acme', 'globex', 'audit-stream', 'Acme', 'acme.'];
  const tenant = fc.constantFrom(...tenants);
  const filter = fc.oneof(
    fc.constant({}),
    tenant.map((id) => ({ tenantId: [id] })),
    fc.constant({ tenantId: [{ exists: true }] }),
    fc.constant({ $or: [{ tenantId: tenants }, { tenantId: [{ 'anything-but': 'x' }] }] }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(tenant, fc.array(filter, { maxLength: 3 })), { maxLength: 8 }),
      fc.array(tenant, { maxLength: 8 }),
      async (viewers, events) => {
        const home = aStream();
        const connected = await Promise.all(
          viewers.map(async ([tenantId, filters], i) => {
            const viewer = await home.viewer(`c${i}`, { tenantId, roles: ['operator'] });
            for (const [n, pattern] of filters.entries()) await viewer.subscribe(`s${n}`, pattern);
            return { tenantId, viewer };
          }),
        );
        for (const tenantId of events) {
          const source = tenantId === 'audit-stream' ? SYSTEM_SOURCE : 'audit.billing';
          const event = anEvent({ tenantId });
          await home.broadcast(onBus(event, { source }), START_MS);
          await home.record([
            { messageId: 'm', receiveCount: 1, acceptedAtMs: START_MS, event: onBus(event, { source }) },
          ]);
        }
        home.clock.pass(8_000);
        for (const { tenantId, viewer } of connected) {
          for (const push of viewer.pushed())
            expect(push).toMatchObject({ type: 'event', event: { tenantId } });
          for (const { sub, from } of await home.subscriptions.of(viewer.connectionId, START_MS)) {
            const page = await viewer.say({ type: 'pull', sub, after: from, as: 'events' });
            if (page.type !== 'page' || !('events' in page)) throw new Error(page.type);
            for (const { event } of page.events) expect(event.tenantId).toBe(tenantId);
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});
