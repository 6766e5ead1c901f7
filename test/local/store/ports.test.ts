/** The embedded adapters pass the contract of each port. */
import { afterEach } from '@jest/globals';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
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
