import { makeMemoryStore } from '../../src/detect/memory-store.ts';
import { alertStoreContract } from '../contracts/alert-store.contract.ts';

alertStoreContract('the memory', async (startMs) => {
  let nowMs = startMs;
  return {
    store: makeMemoryStore({ now: () => nowMs }),
    setNow: (ms: number) => {
      nowMs = ms;
    },
  };
});
