import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Subscription } from '../../src/stream/ports.ts';
import { makeSubscriptionIndex } from '../../src/stream/subscription-index.ts';
import { aStream } from './a-stream.ts';
import { anEvent, aPrincipal, memorySubscriptions, onBus, START_MS, silent } from './memory-home.ts';

const LIMIT = { perConnection: 100 };
const aSubscription = (fields: Partial<Subscription> = {}): Subscription => ({
  connectionId: 'c1',
  tenantId: 'acme',
  sub: 's',
  pattern: {},
  from: '00000000000000000' as never,
  expiresAtMs: START_MS + 60_000,
  ...fields,
});

function anIndex({ maxTenants = 10 } = {}) {
  const store = memorySubscriptions(3);
  const asked = { version: 0, live: 0 };
  const gate = { opened: Promise.resolve() };
  const subscriptions = {
    version: (tenantId: string) => {
      asked.version++;
      return store.version(tenantId);
    },
    live: async (...request: Parameters<typeof store.live>) => {
      asked.live++;
      const page = await store.live(...request);
      await gate.opened;
      return page;
    },
  };
  const index = makeSubscriptionIndex({ subscriptions, maxTenants, now: () => START_MS, log: silent });
  const open = (connectionId: string, tenantId = 'acme') =>
    store.open(
      {
        connectionId,
        principal: aPrincipal({ tenantId }),
        connectedAtMs: START_MS,
        expiresAtMs: START_MS + 60_000,
      },
      { perTenant: 1_000 },
    );
  const match = async (event: object = anEvent(), tenantId = 'acme', nowMs = START_MS) =>
    (await index.match(tenantId, event, nowMs))
      .map(({ connectionId, sub }) => `${connectionId}/${sub}`)
      .sort();
  return { store, asked, gate, index, open, match };
}

test('subscriptions are read in pages, and only again when they have changed', async () => {
  const { store, asked, open, match } = anIndex();
  for (let i = 0; i < 10; i++) {
    await open(`c${i}`);
    await store.subscribe(aSubscription({ connectionId: `c${i}` }), LIMIT);
  }
  expect(await match()).toHaveLength(10);
  expect(asked.live).toBe(4);
  for (let i = 0; i < 100; i++) await match();
  expect(asked).toEqual({ version: 102, live: 4 });
  await store.unsubscribe('c3', 's');
  expect(await match()).toHaveLength(9);
  expect(asked.live).toBe(7);
});

test('a subscription that is replaced matches by its new filter only', async () => {
  const { store, open, match } = anIndex();
  await open('c1');
  await store.subscribe(aSubscription({ pattern: { action: ['a.b'] } }), LIMIT);
  expect(await match(anEvent({ action: 'a.b' }))).toEqual(['c1/s']);
  await store.subscribe(aSubscription({ pattern: { action: ['c.d'] } }), LIMIT);
  expect(await match(anEvent({ action: 'a.b' }))).toEqual([]);
  expect(await match(anEvent({ action: 'c.d' }))).toEqual(['c1/s']);
});

test('an expired one is skipped though it is still indexed', async () => {
  const { store, open, match } = anIndex();
  await open('c1');
  await store.subscribe(aSubscription({ expiresAtMs: START_MS + 10 }), LIMIT);
  expect(await match(anEvent(), 'acme', START_MS + 9)).toEqual(['c1/s']);
  expect(await match(anEvent(), 'acme', START_MS + 10)).toEqual([]);
});

test('a filter that does not parse is skipped and counted; the others match', async () => {
  const { store, index, open, match } = anIndex();
  await open('c1');
  await store.subscribe(aSubscription({ sub: 'bad', pattern: { action: 'not a list' } }), LIMIT);
  await store.subscribe(aSubscription({ sub: 'good' }), LIMIT);
  expect(await match()).toEqual(['c1/good']);
  expect(index.skipped).toBe(1);
});

test('only so many tenants are kept; a forgotten one is read again', async () => {
  const { store, asked, open, match } = anIndex({ maxTenants: 2 });
  for (const tenantId of ['t1', 't2', 't3']) {
    await open(tenantId, tenantId);
    await store.subscribe(aSubscription({ connectionId: tenantId, tenantId }), LIMIT);
    expect(await match(anEvent({ tenantId }), tenantId)).toEqual([`${tenantId}/s`]);
  }
  await match(anEvent({ tenantId: 't3' }), 't3');
  expect(asked.live).toBe(3);
  expect(await match(anEvent({ tenantId: 't1' }), 't1')).toEqual(['t1/s']);
  expect(asked.live).toBe(4);
});

test('many events at once after a change share one reading', async () => {
  const { store, asked, open, match } = anIndex();
  await open('c1');
  await store.subscribe(aSubscription(), LIMIT);
  await Promise.all(Array.from({ length: 50 }, () => match()));
  expect(asked.live).toBeLessThanOrEqual(2);
});

test('a reading that began before a subscription was acknowledged does not answer for it', async () => {
  const { store, asked, gate, open, match } = anIndex();
  await open('c1');
  await store.subscribe(aSubscription({ sub: 'first' }), LIMIT);
  const opening = Promise.withResolvers<void>();
  gate.opened = opening.promise;
  const early = match();
  while (asked.live === 0) await Promise.resolve();
  await store.subscribe(aSubscription({ sub: 'second' }), LIMIT);
  const late = match();
  opening.resolve();
  expect(await early).toEqual(['c1/first']);
  expect(await late).toEqual(['c1/first', 'c1/second']);
});

test('what was acknowledged before an event was accepted always sees it, however the steps interleave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('subscribe', 'unsubscribe', 'event'), { minLength: 2, maxLength: 14 }),
      async (s, steps) => {
        const subscriptions = memorySubscriptions(2, () => s.schedule(Promise.resolve()));
        const home = aStream({ subscriptions });
        const run = <T>(task: Promise<T>) => s.waitFor(task);
        const viewer = await run(home.viewer('c1'));
        const [acked, ended] = [new Set<string>(), new Set<string>()];
        const tasks: Promise<void>[] = [];
        const pushedBy = () =>
          viewer.pushed().map((push) => {
            if (push.type !== 'event') throw new Error(push.type);
            return { id: push.event.id, subs: push.subs };
          });
        for (const [i, step] of steps.entries()) {
          // Between the steps any number of those under way get on.
          for (let n = s.count() % 5; n > 0 && s.count() > 0; n--) await s.waitOne();
          if (step === 'subscribe') tasks.push(viewer.subscribe(`s${i}`).then(() => void acked.add(`s${i}`)));
          else if (step === 'unsubscribe') {
            const [sub] = [...acked].filter((name) => !ended.has(name));
            if (sub === undefined) continue;
            ended.add(sub);
            tasks.push(viewer.say({ type: 'unsubscribe', sub }).then(() => undefined));
          } else {
            const event = anEvent();
            const due = [...acked].filter((name) => !ended.has(name));
            tasks.push(
              home.broadcast(onBus(event), START_MS).then(() => {
                const subs = pushedBy().find(({ id }) => id === event.id)?.subs ?? [];
                for (const sub of due) if (!ended.has(sub)) expect(subs).toContain(sub);
              }),
            );
          }
        }
        await run(Promise.all(tasks));
      },
    ),
    { numRuns: 150 },
  );
});
