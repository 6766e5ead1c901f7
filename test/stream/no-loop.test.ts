import { expect, test } from '@jest/globals';
import { AUDIT_EVENT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import type { Publish, QueueMessage } from '../../src/stream/ports.ts';
import { aStream } from './a-stream.ts';
import { anEvent, onBus, START_MS } from './memory-home.ts';

/** What each deployed route does with an event: a new route must say here, and then be tried. */
const HANDLERS = { broadcast: true, record: true } satisfies Record<keyof typeof TOPOLOGY, true>;

test('no deployed rule can loop: delivering a system event causes no other, on any route', async () => {
  expect(Object.keys(TOPOLOGY).sort()).toEqual(Object.keys(HANDLERS).sort());
  const bus: { readonly source: string; readonly detail: unknown }[] = [];
  const publish: Publish = async (entries) =>
    entries.map((entry) => {
      bus.push(entry);
      return { kind: 'accepted', busId: `${bus.length}` };
    });
  const home = aStream({ publish });
  const auditor = await home.viewer('c1', { tenantId: 'audit-stream', roles: ['auditor'] });
  await auditor.subscribe('all');
  const ada = await home.viewer('c2');
  await ada.say({ type: 'act', what: 'accounts' });
  await home.settled();
  const caused = [...bus];
  expect(caused).toHaveLength(4);

  for (const { source, detail } of caused) {
    expect(source).toBe(SYSTEM_SOURCE);
    const event = onBus(detail, { source, 'detail-type': AUDIT_EVENT });
    expect(await home.broadcast(event, START_MS)).toMatchObject({ sent: 1 });
    const message: QueueMessage = { messageId: 'm', receiveCount: 1, acceptedAtMs: START_MS, event };
    expect(await home.record([message])).toEqual([{ kind: 'delivered' }]);
  }
  // Nor do deliveries that fail: what is refused or gone is a count and a dead letter.
  await home.broadcast(onBus('junk'), START_MS);
  await home.record([{ messageId: 'm', receiveCount: 1, acceptedAtMs: START_MS, event: onBus('junk') }]);
  await home.broadcast(onBus(anEvent({ tenantId: 'audit-stream' })), START_MS);
  await home.settled();
  expect(bus).toHaveLength(caused.length);
  expect(auditor.pushed()).toHaveLength(caused.length);
});
