import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditStreamClientOptions } from '../../src/client/client.ts';
import { positionAt } from '../../src/domain/position.ts';
import { type ModelFilter, ModelServer } from './model-server.ts';
import { anEvent, Viewer } from './viewer.ts';

const FILTERS: readonly ModelFilter[] = [
  {},
  { action: ['a'] },
  { action: ['a', 'b'] },
  { action: ['b', 'c'] },
];
const NAMES = ['one', 'two', 'three'];

/** What can happen, and to whom. */
type Step = (world: { readonly server: ModelServer; readonly viewer: Viewer }) => void | Promise<void>;

const shortMs = fc.integer({ min: 0, max: 12_000 });
const anyConnection = fc.nat(3);
const atRandom = (n: number, server: ModelServer) =>
  [...server.connections][n % Math.max(1, server.connections.size)];

let published = 0;
const publish: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.oneof({ weight: 5, arbitrary: fc.nat(500) }, fc.nat(60_000)),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([action, recordAfterMs, count]) => ({ server }) => {
    for (let n = 0; n < count; n++) server.publish(anEvent(`e${published++}`, action), recordAfterMs);
  });
const wait: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 20_000 }).map(
  (ms) =>
    ({ server }) =>
      server.time.pass(ms),
);
const cut: fc.Arbitrary<Step> = anyConnection.map((n) => ({ server }) => {
  atRandom(n, server)?.close(1006, '');
});
const halfOpen: fc.Arbitrary<Step> = anyConnection.map((n) => ({ server }) => {
  atRandom(n, server)?.halfOpen();
});
const goaway: fc.Arbitrary<Step> = fc.tuple(anyConnection, shortMs).map(([n, deadlineMs]) => ({ server }) => {
  atRandom(n, server)?.goaway(deadlineMs);
});
const outage: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('refuse', 'mute'), shortMs)
  .map(([kind, forMs]) => ({ server }) => {
    server.faults[kind as 'refuse' | 'mute'] = true;
    server.time.setTimeout(() => {
      server.faults[kind as 'refuse' | 'mute'] = false;
    }, forMs);
  });
/** The server forgets a subscription, as a row that expired too early. */
const forget: fc.Arbitrary<Step> = fc.tuple(anyConnection, fc.nat(2)).map(([n, i]) => ({ server }) => {
  const subs = atRandom(n, server)?.subs;
  const name = [...(subs?.keys() ?? [])][i];
  if (name !== undefined) subs?.delete(name);
});
const subscribe: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom(...FILTERS),
    fc.constantFrom('now' as const, { seconds: 10 }, { seconds: 120 }),
  )
  .map(([name, filter, after]) => ({ viewer }) => {
    viewer.subscribe(name, filter, after);
  });
const unsubscribe: fc.Arbitrary<Step> = fc.constantFrom(...NAMES).map((name) => ({ viewer }) => {
  viewer.unsubscribe(name);
});
const wake: fc.Arbitrary<Step> = fc.boolean().map((online) => ({ viewer }) => {
  viewer.wake(online);
});
const trim: fc.Arbitrary<Step> = fc.integer({ min: 20_000, max: 90_000 }).map((ageMs) => ({ server }) => {
  const from = positionAt(Math.floor(server.now() - ageMs));
  if (from > server.retainedFrom) server.retainedFrom = from;
});

const steps = [
  { weight: 8, arbitrary: publish },
  { weight: 8, arbitrary: wait },
  { weight: 3, arbitrary: subscribe },
  { weight: 2, arbitrary: cut },
  { weight: 2, arbitrary: halfOpen },
  { weight: 2, arbitrary: goaway },
  { weight: 1, arbitrary: outage },
  { weight: 1, arbitrary: forget },
  { weight: 1, arbitrary: unsubscribe },
  { weight: 1, arbitrary: wake },
];

const networks = fc.record({
  dropPush: fc.constantFrom(0, 0.3, 1),
  duplicatePush: fc.constantFrom(0, 0.5),
  latencyMs: fc.constantFrom(2, 200),
  pushLatencyMs: fc.constantFrom(10, 4_000),
  subscribeFails: fc.constantFrom(0, 0.3),
  pullFails: fc.constantFrom(0, 0.3),
});

/** Plays the steps, lets the faults end, and gives the network time to settle. */
async function play(
  seed: number,
  network: Partial<ModelServer['faults']>,
  script: readonly Step[],
  options: Partial<AuditStreamClientOptions> = {},
  prepare: (server: ModelServer) => void = () => {},
): Promise<Viewer> {
  const server = new ModelServer(seed);
  Object.assign(server.faults, network);
  prepare(server);
  const viewer = new Viewer(server, options);
  viewer.subscribe('one');
  viewer.client.connect();
  for (const step of script) await step({ server, viewer });
  Object.assign(server.faults, { dropPush: 0, subscribeFails: 0, pullFails: 0, refuse: false, mute: false });
  await server.time.pass(120_000);
  return viewer;
}

const runs = Number(process.env.CLIENT_PROPERTY_RUNS ?? 60);
const script = (more: readonly fc.WeightedArbitrary<Step>[] = []) =>
  fc.array(fc.oneof(...steps, ...more), { minLength: 10, maxLength: 80, size: 'max' });

test('over any schedule of faults each subscription gets exactly its events, and each event comes once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), networks, script(), async (seed, network, played) => {
      const viewer = await play(seed, network, played);
      expect(viewer.verdict()).toEqual([]);
      expect(viewer.gaps).toEqual([]);
      expect(viewer.client.status.kind).toBe('live');
    }),
    { numRuns: runs },
  );
});

test('in the order of the trail too, and then each subscription sees its events in that order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), networks, script(), async (seed, network, played) => {
      const viewer = await play(seed, network, played, { order: 'trail' });
      expect(viewer.verdict()).toEqual([]);
      expect(viewer.gaps).toEqual([]);
      expect(viewer.disorder()).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test('a trail that is trimmed, connections that live a minute and tokens that live half of one: nothing is missed outside the gaps', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      networks,
      script([{ weight: 2, arbitrary: trim }]),
      async (seed, network, played) => {
        const viewer = await play(seed, network, played, {}, (server) => {
          server.maxConnectionMs = 60_000;
          server.tokenLifeMs = 30_000;
        });
        expect(viewer.verdict()).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

test('with room for very few ids nothing is lost or comes twice either: doubt becomes a gap, and the event comes as `also`', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 1, max: 20 }),
      networks,
      script(),
      async (seed, maxRememberedIds, network, played) => {
        const viewer = await play(seed, network, played, { maxRememberedIds });
        expect(viewer.verdict()).toEqual([]);
        expect(viewer.gaps.every(({ reason }) => reason === 'memory')).toBe(true);
      },
    ),
    { numRuns: runs },
  );
});
