import { expect, test } from '@jest/globals';
import { makeDetector } from '../../src/detect/make-detector.ts';
import { AUDIT_EVENT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { makePublish } from '../../src/local/publish.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import type { Publish, QueueMessage } from '../../src/stream/ports.ts';
import type { Replay } from '../../src/stream/replays.ts';
import { acceptable } from '../builders/acceptable.ts';
import { until } from '../builders/until.ts';
import { aStream, noDeliveries } from './a-stream.ts';
import { aClock, anEvent, onBus, START_MS } from './memory-home.ts';

/** What each deployed route does with an event: a new route must say here, and then be tried. */
const HANDLERS = { broadcast: true, record: true, detect: true } satisfies Record<
  keyof typeof TOPOLOGY,
  true
>;

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

test('a replay causes no other, though it brings back the events that earlier ones left on record', async () => {
  const clock = aClock();
  const store = openStore({ dataDir: ':memory:', now: clock.now });
  const home = aStream({
    clock,
    operations: { ...store, ...noDeliveries },
    trail: store.trail,
    subscriptions: store.subscriptions,
    publish: makePublish(store),
  });
  store.consume('record', home.record);
  const pushed: unknown[] = [];
  store.onDirect('broadcast', (event) => pushed.push(event));
  const root = await home.viewer('c1', { tenantId: 'audit-stream', roles: ['operator'] });
  await home.settled();
  const ask = async (args: object) => {
    const answer = await root.say({ type: 'act', what: 'replay-archive', args });
    await home.settled();
    return (answer as { result: Replay }).result;
  };
  const putBack: number[] = [];
  for (let i = 0; i < 3; i++) {
    clock.pass(1_000);
    const { name } = await ask({ step: 'begin', fromMs: 0, toMs: clock.now() });
    putBack.push((await ask({ step: 'go-on', name })).putBack);
  }
  await until(async () => (await store.accounts()).hops.every(({ waiting }) => waiting === 0));

  // The connect, and two events of each replay before; each was live once.
  expect(putBack).toEqual([1, 3, 5]);
  expect(pushed).toHaveLength(7);
  const { hops, unaccounted } = await store.accounts();
  expect(unaccounted).toEqual([]);
  expect(hops.find(({ name }) => name === 'record → trail')).toMatchObject({ in: 7, out: 7 });
  await store.close();
});

test('no alert can loop: the detector takes events alone, and what it says about one event is one notice', async () => {
  const store = openStore({ dataDir: ':memory:', topology: TOPOLOGY });
  const { book } = parseRules([
    {
      file: 'all.yaml',
      // Every event of every tenant.
      value: { ...EVERYTHING, groupBy: ['tenantId'] },
    },
  ]);
  const detector = makeDetector({
    store: store.alertStore,
    book,
    channels: [],
    publish: makePublish(store),
    now: Date.now,
    random: Math.random,
    log: () => {},
  });
  store.consume('detect', detector.consume);
  store.consume('record', async (messages) => messages.map(() => ({ kind: 'delivered' })));
  await store.accept([acceptable({ id: 'a' }), acceptable({ id: 'b', tenantId: 'globex' })]);
  await until(async () => (await store.accounts()).hops.every(({ waiting }) => waiting === 0));
  const { hops } = await store.accounts();
  // Two events, and the two notices about them, which are on record like any other.
  expect(hops.find(({ name }) => name === 'bus → record')).toMatchObject({ in: 4 });
  expect(hops.find(({ name }) => name === 'bus → detect')).toMatchObject({ in: 2 });
  await store.close();
});

test('people cannot make alerts loop: an act is one event, though a rule takes the events of acts too', async () => {
  const clock = aClock();
  const store = openStore({ dataDir: ':memory:', topology: TOPOLOGY, now: clock.now });
  const { book } = parseRules([{ file: 'all.yaml', value: { ...EVERYTHING, groupBy: ['tenantId'] } }]);
  const detector = makeDetector({
    store: store.alertStore,
    book,
    channels: [],
    publish: makePublish(store),
    now: clock.now,
    random: Math.random,
    log: () => {},
  });
  const home = aStream({
    clock,
    operations: { ...store, ...noDeliveries, alerts: { ...store.alertStore, act: detector.act } },
    publish: makePublish(store),
    trail: store.trail,
    subscriptions: store.subscriptions,
  });
  store.consume('detect', detector.consume);
  store.consume('record', home.record);
  const settled = async () => {
    await home.settled();
    await until(async () => (await store.accounts()).hops.every(({ waiting }) => waiting === 0));
  };
  const root = await home.viewer('c1', { tenantId: 'audit-stream', roles: ['operator'] });
  await settled();
  // The connect, and the notice about it.
  const [open] = await store.alertStore.records.open('audit-stream', 2);
  const alertId = open?.alert.alertId;
  for (const what of ['acknowledge-alert', 'acknowledge-alert', 'resolve-alert', 'resolve-alert'] as const) {
    clock.pass(1_000);
    expect(await root.say({ type: 'act', what, args: { alertId } })).toMatchObject({ type: 'done' });
    await settled();
  }
  const { hops, unaccounted } = await store.accounts();
  expect(unaccounted).toEqual([]);
  // The connect and two acts.
  expect(hops.find(({ name }) => name === 'bus → detect')).toMatchObject({ in: 3 });
  // With the alert's beginning, acknowledgement and end, and the beginning of the alert about the acts.
  expect(hops.find(({ name }) => name === 'bus → record')).toMatchObject({ in: 7 });
  await store.close();
});

const EVERYTHING = {
  id: 'everything',
  name: 'Everything',
  why: 'A test.',
  kind: 'match',
  pattern: {},
  severity: 'high',
  title: 'Something happened',
};

test.each([0, 1])(
  'a run ends, though its letters and the records of its own steps die again at once (a clock of %d ms a step)',
  async (stepMs) => {
    const clock = aClock();
    const broken = { ...TOPOLOGY.record, name: 'broken', pattern: { 'detail-type': [AUDIT_EVENT] } };
    const store = openStore({ dataDir: ':memory:', now: clock.now, topology: { broken } });
    const home = aStream({
      clock,
      operations: { ...store, ...noDeliveries },
      trail: store.trail,
      subscriptions: store.subscriptions,
      publish: makePublish(store),
    });
    store.consume('broken', async (messages) => messages.map(() => ({ kind: 'rejected', reason: 'no' })));
    const settled = async () => {
      await home.settled();
      await until(async () => (await store.accounts()).hops.every(({ waiting }) => waiting === 0));
    };
    const root = await home.viewer('c1', { tenantId: 'audit-stream', roles: ['operator'] });
    await store.accept(['a', 'b', 'c'].map((id) => acceptable({ id })));
    await settled();
    clock.pass(1_000);

    let replayed = 0;
    let step: { run?: string; next?: string; isComplete?: boolean; replayed?: number } = {};
    for (let steps = 0; !step.isComplete; steps++) {
      expect(steps).toBeLessThan(20);
      const { run, next } = step;
      const args = { limit: 1, ...(run !== undefined && { run }), ...(next !== undefined && { next }) };
      const answer = await root.say({ type: 'act', what: 'replay-dead-letters', args });
      step = (answer as { result: typeof step }).result;
      replayed += step.replayed ?? 0;
      await settled();
      clock.pass(stepMs);
    }

    // The connect and the three; not the records of the four steps that moved them.
    expect(replayed).toBe(4);
    expect(store.deadLetters.countByReason()).toEqual([{ queue: 'broken', reason: 'no', count: 8 }]);
    await store.close();
  },
);
