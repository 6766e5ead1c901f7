import { expect, test } from '@jest/globals';
import type { BusEvent } from '../../../src/domain/bus-event.ts';
import { makeFaultSwitch } from '../../../src/local/faults.ts';
import { faultyConsumer, faultyDelivery } from '../../../src/local/faulty-deliveries.ts';
import { withFaults } from '../../../src/local/gateway/faulty-gateway.ts';
import type { QueueMessage } from '../../../src/stream/ports.ts';
import { anAuditEvent } from '../../domain/event/an-audit-event.ts';
import { aHome, aToken, eventually, post } from '../a-home.ts';
import { aViewer } from '../a-viewer.ts';

function aGateway(faults = {}) {
  const sent: string[] = [];
  const cuts: string[] = [];
  const gateway = withFaults(
    {
      send: async (_, message) => {
        sent.push(message);
        return 'sent';
      },
      cut: (id) => void cuts.push(id),
    },
    makeFaultSwitch(true, faults),
    () => 0.5,
  );
  return { gateway, sent, cuts };
}

test('each fault does what it is called', async () => {
  const off = aGateway();
  expect(await off.gateway.send('c', 'a')).toBe('sent');
  expect(off.sent).toEqual(['a']);

  const drop = aGateway({ dropPush: 1 });
  expect(await drop.gateway.send('c', 'a')).toBe('sent');
  expect(drop.sent).toEqual([]);

  const twice = aGateway({ duplicate: 1 });
  await twice.gateway.send('c', 'a');
  expect(twice.sent).toEqual(['a', 'a']);

  const throttle = aGateway({ throttle: 1 });
  expect(await throttle.gateway.send('c', 'a')).toBe('throttled');

  const cut = aGateway({ cut: 1 });
  expect(await cut.gateway.send('c', 'a')).toBe('failed');
  expect(cut.cuts).toEqual(['c']);

  const reorder = aGateway({ reorder: 1 });
  await reorder.gateway.send('c', 'a');
  await reorder.gateway.send('c', 'b');
  expect(reorder.sent).toEqual(['b', 'a']);
});

test('deliveries of the bus come twice and in another order, with one outcome for each message', async () => {
  const faults = makeFaultSwitch(true, { duplicateDelivery: 1, reorderDelivery: 1 });
  const seen: string[] = [];
  const consume = faultyConsumer(
    async (messages) => {
      seen.push(...messages.map(({ messageId }) => messageId));
      return messages.map(({ messageId }) => ({ kind: 'retry', reason: messageId }));
    },
    faults,
    () => 0,
  );
  const messages = ['a', 'b', 'c'].map((messageId) => ({ messageId }) as QueueMessage);
  expect(await consume(messages)).toEqual(['a', 'b', 'c'].map((reason) => ({ kind: 'retry', reason })));
  expect(seen).toHaveLength(6);
  expect(seen[0]).toBe('c');

  let delivered = 0;
  faultyDelivery(
    () => void delivered++,
    faults,
    () => 0,
  )({} as BusEvent, 0);
  expect(delivered).toBe(2);
});

test('the switch takes what it knows, says what is wrong, and is off where faults are not allowed', () => {
  const faults = makeFaultSwitch(true);
  expect(faults.set({ dropPush: 0.3 })).toMatchObject({ dropPush: 0.3, cut: 0 });
  expect(() => faults.set({ explode: 1 })).toThrow(/no such fault/);
  expect(() => faults.set({ dropPush: 2 })).toThrow(/dropPush: must be a number from 0 to 1/);
  expect(() => faults.set(null)).toThrow(/object/);
  expect(() => makeFaultSwitch(false).set({ dropPush: 1 })).toThrow(/off/);
});

test('over HTTP: dropped pushes reach nobody, and what was dropped is pulled', async () => {
  const home = await aHome();
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  await viewer.subscribe();
  expect((await post(`${home.url}/dev/faults`, { dropPush: 1 })).status).toBe(200);
  expect((await post(`${home.url}/dev/faults`, { dropPush: 'all' })).status).toBe(400);
  await post(`${home.url}/events`, anAuditEvent({ id: 'dropped' }));
  await post(`${home.url}/dev/faults`, { dropPush: 0 });
  await post(`${home.url}/events`, anAuditEvent({ id: 'pushed' }));
  expect((await viewer.hear('event')).event.id).toBe('pushed');
  const accounts = await eventually(async () => {
    const found = await home.store.accounts();
    return found.hops.every(({ waiting }) => waiting === 0) && found;
  });
  expect(accounts.unaccounted).toEqual([]);
});
