import { expect, test } from '@jest/globals';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import type { QueueMessage } from '../../src/stream/ports.ts';
import { makeRecord } from '../../src/stream/record.ts';
import { anAlert } from '../builders/an-alert.ts';
import { aClock, anEvent, memoryTrail, onBus, START_MS, silent } from './memory-home.ts';

function aRecorder(producers?: Record<string, string[]>) {
  const trail = memoryTrail(aClock());
  const record = makeRecord({ trail, log: silent, ...(producers ? { producers } : {}) });
  return { trail, record };
}
const message = (detail: unknown, fields = {}): QueueMessage => ({
  messageId: 'm',
  receiveCount: 1,
  acceptedAtMs: START_MS - 100,
  event: onBus(detail, fields),
});

test('events and alerts are appended with the time when the bus took them', async () => {
  const { trail, record } = aRecorder();
  const [event, alert] = [anEvent(), anAlert()];
  const outcomes = await record([
    message(event),
    message(alert, { 'detail-type': AUDIT_ALERT, source: SYSTEM_SOURCE }),
  ]);
  expect(outcomes).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
  expect(trail.entries).toMatchObject([
    { kind: 'event', event, acceptedAtMs: START_MS - 100 },
    { kind: 'alert', event: alert },
  ]);
});

test('a duplicate from the bus is delivered: the first one stands', async () => {
  const { trail, record } = aRecorder();
  const event = anEvent();
  expect(await record([message(event), message(event)])).toEqual(Array(2).fill({ kind: 'delivered' }));
  expect(await record([message(event)])).toEqual([{ kind: 'delivered' }]);
  expect(trail.entries).toHaveLength(1);
});

test('one bad message of each kind is rejected with its reason; the rest of the batch goes on', async () => {
  const { trail, record } = aRecorder({ 'audit.billing': ['acme'] });
  const first = anEvent();
  await record([message(first)]);
  const good = anEvent();
  const outcomes = await record([
    message({ ...anEvent(), action: undefined }),
    message(anEvent({ tenantId: 'globex' })),
    message({ ...first, action: 'other.action' }),
    message(anEvent(), { source: 'audit.unknown' }),
    message(good),
  ]);
  expect(outcomes).toMatchObject([
    { kind: 'rejected', reason: 'invalid_event', detail: expect.stringContaining('action') },
    { kind: 'rejected', reason: 'tenant_not_allowed', detail: expect.stringContaining('globex') },
    { kind: 'rejected', reason: 'id_conflict', detail: expect.stringContaining(first.id) },
    { kind: 'rejected', reason: 'tenant_not_allowed' },
    { kind: 'delivered' },
  ]);
  expect(trail.entries.map(({ event }) => event)).toEqual([first, good]);
});

test('a trail that cannot be written is a retry, and what is invalid is still rejected', async () => {
  const { record } = (() => {
    const trail = { append: () => Promise.reject(new Error('disk full')) };
    return { record: makeRecord({ trail, log: silent }) };
  })();
  expect(await record([message(anEvent()), message('junk'), message(anEvent())])).toMatchObject([
    { kind: 'retry', reason: expect.stringContaining('disk full') },
    { kind: 'rejected', reason: 'invalid_event' },
    { kind: 'retry' },
  ]);
});

test('one entry that the trail chokes on is retried alone', async () => {
  const { trail } = aRecorder();
  const poison = anEvent();
  const append: typeof trail.append = (entries) =>
    entries.some(({ event }) => event.id === poison.id)
      ? Promise.reject(new Error('cannot bind'))
      : trail.append(entries);
  const record = makeRecord({ trail: { append }, log: silent });
  const outcomes = await record([message(anEvent()), message(poison), message(anEvent())]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'retry', 'delivered']);
  expect(trail.entries).toHaveLength(2);
});
