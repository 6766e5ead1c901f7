/** PagerDuty's change events against their contract. */
import { afterEach, expect, test } from '@jest/globals';
import { pagerdutyChange } from '../../src/sink/pagerduty-change.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { aDelivery, aDestination, aMessage, type DeliveryOptions } from './a-delivery.ts';
import { aPagerDuty, KEY } from './a-pagerduty.ts';
import { aVendor, type Vendor } from './a-vendor.ts';

const filter = { category: ['configuration'] };
const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

async function aService(more: DeliveryOptions = {}) {
  const service = aPagerDuty();
  const vendor = await aVendor((taken) => (taken.body === '' ? 'silence' : service.answer(taken)));
  vendors.push(vendor);
  const destination = aDestination('pagerduty-change', {
    ...{ url: vendor.url, routingKey: { secret: 'key' }, filter },
    dashboardUrl: 'https://audit.example.com',
  });
  return { ...service, vendor, ...aDelivery(destination, { readSecret: async () => KEY, ...more }) };
}

test('every real record is a change event that the contract allows, one a request', async () => {
  const { deliver, events, faults } = await aService();
  const records = CORPUS.slice(0, 300);
  const outcomes = await deliver(records.map((event) => aMessage(event.id, event)));
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']));
  expect(faults).toEqual([]);
  expect(events.map(({ payload }) => payload?.custom_details?.id)).toEqual(records.map(({ id }) => id));
});

test('it says what was changed, by whom, where and when', async () => {
  const { deliver, events } = await aService();
  await deliver([
    aMessage('a', {
      action: 'flag.enabled',
      occurredAt: '2026-11-01T12:00:00.000Z',
      actor: { type: 'user', id: 'u-1', name: 'Jo', email: 'jo@example.com' },
      targets: [{ type: 'flag', id: 'f-1', name: 'new-checkout' }],
      outcome: 'success',
    }),
  ]);
  expect(events).toMatchObject([
    {
      routing_key: KEY,
      payload: {
        summary: 'Jo: flag.enabled on flag new-checkout, success',
        timestamp: '2026-11-01T12:00:00.000Z',
        custom_details: { id: 'a', tenantId: 'acme', actor: { type: 'user', id: 'u-1', name: 'Jo' } },
      },
      links: [{ href: 'https://audit.example.com', text: 'Audit Stream' }],
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('jo@example.com');
});

test('a summary has at most 1,024 code points', () => {
  const item = pagerdutyChange.item(
    anAuditEvent({ message: '🔥'.repeat(2_000) }),
    { routingKey: KEY, region: 'us', url: undefined, dashboardUrl: undefined },
    0,
  );
  const { payload } = JSON.parse(item.kind === 'item' ? item.text : '{}');
  expect([...payload.summary]).toHaveLength(1_024);
});

test('the key of a ruleset takes no change events: said before anything is sent', async () => {
  const { deliver, vendor, logged } = await aService({ readSecret: async () => `R${KEY.slice(1)}` });
  expect(await deliver([aMessage('a')])).toMatchObject([
    { kind: 'misconfigured', reason: 'routing_key_of_a_ruleset' },
  ]);
  expect(vendor.taken).toEqual([]);
  expect(logged.join()).not.toContain(KEY.slice(1));
});

test('a key that was changed between two tries is the one of the second', async () => {
  let nowMs = Date.now();
  let key = 'f'.repeat(32);
  const { deliver, events } = await aService({ readSecret: async () => key, now: () => nowMs });
  expect(await deliver([aMessage('a')])).toMatchObject([{ reason: 'routing_key_refused' }]);
  key = KEY;
  nowMs += 300_000;
  expect(await deliver([aMessage('a')])).toEqual([{ kind: 'delivered' }]);
  expect(events).toMatchObject([{ routing_key: KEY }]);
});

test('without a filter it is refused: all audit events are no changes', () => {
  expect(() => aDestination('pagerduty-change', { routingKey: { secret: 'key' } })).toThrow(
    'filter is missing; it must say which events are changes',
  );
});
