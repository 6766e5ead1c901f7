import { afterEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { openStore, type Store } from '../../src/local/store/open-store.ts';
import type { Publish } from '../../src/stream/ports.ts';
import { type AStream, aStream, noDeliveries } from './a-stream.ts';
import { aClock, anEvent, aPrincipal, memoryGateway, START_MS } from './memory-home.ts';

let store: Store | undefined;
afterEach(() => store?.close());

/** The stream over the embedded store: events go in by the bus, and come out by push and by pull. */
function aHome(gateway = memoryGateway()) {
  const clock = aClock();
  const opened = openStore({ dataDir: ':memory:', now: clock.now });
  store = opened;
  const publish: Publish = async (entries) =>
    (await opened.accept(entries)).map((outcome) =>
      outcome.kind === 'accepted' || outcome.kind === 'duplicate'
        ? { kind: 'accepted', busId: outcome.busId }
        : { kind: 'refused', code: outcome.kind, message: outcome.kind },
    );
  const { subscriptions, trail } = opened;
  const operations = { ...opened, ...noDeliveries };
  const home = aStream({ clock, subscriptions, trail, gateway, operations, publish });
  const pushes: Promise<unknown>[] = [];
  opened.onDirect('broadcast', (event, acceptedAtMs) => {
    pushes.push(home.broadcast(event, acceptedAtMs));
  });
  opened.consume('record', home.record);
  const emit = async (detail: AuditEvent | object, source = 'audit.billing') => {
    await opened.accept([{ source, detailType: 'Audit Event', detail }]);
    await Promise.all(pushes.splice(0));
  };
  return { home, store: opened, emit };
}

/** Pulls until something has been listed: the queue is emptied in its own time. */
async function pulled(home: AStream, viewer: Awaited<ReturnType<AStream['viewer']>>, sub: string) {
  const [row] = await home.subscriptions.of(viewer.connectionId, START_MS);
  if (!row) throw new Error('no subscription');
  for (;;) {
    home.clock.pass(home.trail.sliceMs);
    const page = await viewer.say({ type: 'pull', sub, after: row.from, as: 'ids' });
    if (page.type !== 'page' || !('ids' in page)) throw new Error(JSON.stringify(page));
    if (page.ids.length > 0) return page.ids;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('an event that the bus took is pushed at once, and listed by the next pull', async () => {
  const { home, emit } = aHome();
  const [ada, bob] = [await home.viewer('c1'), await home.viewer('c2', { tenantId: 'globex' })];
  await ada.subscribe('a', { action: ['invoice.approved'] });
  await bob.subscribe('a');
  const event = anEvent();
  await emit(event);
  expect(ada.pushed()).toMatchObject([{ event, subs: ['a'], acceptedAtMs: START_MS }]);
  expect(bob.pushed()).toEqual([]);
  expect(await pulled(home, ada, 'a')).toEqual([event.id]);
});

test('what lies in the dead letters is told with its reason', async () => {
  const { home, emit, store } = aHome();
  const ada = await home.viewer('c1', { roles: ['operator'] });
  await emit({ ...anEvent({ id: 'bad-1' }), action: undefined });
  while (store.deadLetters.list('record').letters.length === 0)
    await new Promise((resolve) => setImmediate(resolve));
  expect(await ada.say({ type: 'act', what: 'dead-letters' })).toMatchObject({
    result: { letters: [{ reason: 'invalid_event', eventId: 'bad-1', tenantId: 'acme' }] },
  });
  expect(await ada.say({ type: 'act', what: 'accounts' })).toMatchObject({ result: { unaccounted: [] } });
});

test('a gone connection loses its rows and no other does; a refreshed one is pushed to past its old end', async () => {
  const gateway = memoryGateway((id) => (id === 'c1' ? 'gone' : 'sent'));
  const { home, emit } = aHome(gateway);
  for (const id of ['c1', 'c10']) await (await home.viewer(id)).subscribe('a');
  const short = await home.viewer('c2', { tokenExpiresAtMs: START_MS + 10_000 });
  await short.subscribe('a');
  await emit(anEvent());
  expect(await home.subscriptions.of('c1', START_MS)).toEqual([]);
  const token = JSON.stringify(aPrincipal({ tokenExpiresAtMs: START_MS + 60_000 }));
  await short.say({ type: 'refresh', token });
  home.clock.pass(30_000);
  await emit(anEvent());
  expect(gateway.sent.map(({ connectionId }) => connectionId).sort()).toEqual(['c10', 'c10', 'c2', 'c2']);
});

test('what somebody does to the system is in the trail of the reserved tenant', async () => {
  const { home } = aHome();
  const root = await home.viewer('c0', { tenantId: 'audit-stream', roles: ['auditor'] });
  await root.subscribe('a', { action: ['stream.act_refused'] });
  const ada = await home.viewer('c1');
  await ada.say({ type: 'act', what: 'accounts' });
  await home.settled();
  expect(await pulled(home, root, 'a')).toHaveLength(1);
});
