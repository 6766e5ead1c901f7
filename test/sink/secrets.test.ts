import { expect, test } from '@jest/globals';
import { makeSecrets, SECRET_AGE_MS } from '../../src/sink/secrets.ts';

function aStore(first = 'one') {
  const store = { value: first as string | Error, reads: 0, nowMs: 1_000_000 };
  const secrets = makeSecrets(
    async () => {
      store.reads++;
      if (store.value instanceof Error) throw store.value;
      return store.value;
    },
    () => store.nowMs,
  );
  return { store, get: () => secrets.get({ secret: 'key' }), refuse: secrets.refuse };
}

test('trap 65: a secret is read once in five minutes, and a rotated one is known then', async () => {
  const { store, get } = aStore();
  await get();
  store.value = 'two';
  store.nowMs += SECRET_AGE_MS - 1;
  expect(await get()).toBe('one');
  expect(store.reads).toBe(1);
  store.nowMs += 1;
  expect(await get()).toBe('two');
});

test('a refused secret is read anew at once, but not for every refusal', async () => {
  const { store, get, refuse } = aStore();
  await get();
  store.value = 'two';
  store.nowMs += 1;
  expect(refuse()).toBe(true);
  store.nowMs += 1;
  expect(await get()).toBe('two');
  expect(refuse()).toBe(false);
});

test('where it cannot be read the last good one serves; without one it is an error', async () => {
  const { store, get } = aStore();
  await get();
  store.value = new Error('throttled');
  store.nowMs += SECRET_AGE_MS;
  expect(await get()).toBe('one');
  const empty = aStore();
  empty.store.value = new Error('throttled');
  await expect(empty.get()).rejects.toThrow('throttled');
});
