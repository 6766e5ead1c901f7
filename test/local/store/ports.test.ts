/** The embedded adapters pass the contract of each port. */
import { afterEach } from '@jest/globals';
import type { BusEvent } from '../../../src/domain/bus-event.ts';
import { TOPOLOGY } from '../../../src/domain/topology.ts';
import { makePublish } from '../../../src/local/publish.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import type { QueueMessage } from '../../../src/stream/ports.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { replayAll } from '../../builders/replay-all.ts';
import { alertMemoryContract } from '../../contracts/alert-memory.contract.ts';
import { alertStoreContract } from '../../contracts/alert-store.contract.ts';
import { busContract } from '../../contracts/bus.contract.ts';
import { queueContract } from '../../contracts/queue.contract.ts';
import { subscriptionsContract } from '../../contracts/subscriptions.contract.ts';
import { trailContract } from '../../contracts/trail.contract.ts';

let open: Store[] = [];

function memoryStore(startMs: number, retentionMs = 60_000) {
  let nowMs = startMs;
  const store = openStore({ dataDir: ':memory:', now: () => nowMs, retention: { trailMs: retentionMs } });
  open.push(store);
  return { store, setNow: (ms: number) => (nowMs = ms), retentionMs };
}

afterEach(async () => {
  await Promise.all(open.map((store) => store.close()));
  open = [];
});

trailContract('the embedded store', async (startMs) => {
  const { store, ...rest } = memoryStore(startMs);
  return { trail: store.trail, ...rest };
});

subscriptionsContract('the embedded store', async (startMs) => {
  const { store, ...rest } = memoryStore(startMs);
  return { subscriptions: store.subscriptions, ...rest };
});

alertMemoryContract('the embedded store', async () => memoryStore(0).store.alertMemory);

alertStoreContract('the embedded store', async (startMs) => {
  const { store, ...rest } = memoryStore(startMs);
  return { store: store.alertStore, ...rest };
});

queueContract('the embedded store', async () => {
  const route = { ...TOPOLOGY.record, batchSize: 10, visibilityMs: 100 };
  // No jitter: a retry is due at once.
  const store = openStore({ dataDir: ':memory:', random: () => 0, topology: { record: route } });
  return {
    route,
    async send(details) {
      await store.accept(details.map(({ id }) => acceptable({ id })));
    },
    consume: (consumer) => store.consume('record', consumer),
    deadLetters: async () => store.deadLetters.list('record').letters,
    end: () => store.close(),
  };
});

busContract('the embedded store', async () => {
  const store = openStore({ dataDir: ':memory:' });
  const direct: BusEvent[] = [];
  const queued: QueueMessage[] = [];
  store.onDirect('broadcast', (event) => direct.push(event));
  store.consume('record', async (messages) => {
    queued.push(...messages);
    return messages.map(() => ({ kind: 'delivered' }));
  });
  return {
    publish: makePublish(store),
    direct,
    queued,
    async replay() {
      const { name, putBack } = replayAll(store);
      return { name, count: putBack };
    },
    end: () => store.close(),
  };
});
