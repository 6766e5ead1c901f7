/** A storm: very many events within a minute that all match, of many groups, and what Slack and PagerDuty have of it when it
 * is over. Store, queues, detector and delivery are the real ones; batches come twice now and then, the vendors are strict. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDetector } from '../../../src/detect/make-detector.ts';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import { topologyWith } from '../../../src/local/destinations.ts';
import { makePublish } from '../../../src/local/publish.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import type { Consumer } from '../../../src/stream/ports.ts';
import { makeRecord } from '../../../src/stream/record.ts';
import { aFastClock } from '../../builders/a-fast-clock.ts';
import { aRuleBook } from '../../builders/a-rule-book.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';
import { aDelivery, aDestination } from '../../sink/a-delivery.ts';
import { KEY } from '../../sink/a-pagerduty.ts';
import { aSlack, CHANNEL } from '../../sink/a-slack.ts';
import { seededRandom } from '../random.ts';
import { aBusyPagerDuty } from './busy-pagerduty.ts';
import { judgeStorm, type StormEnd } from './judge-storm.ts';

export interface StormOptions {
  readonly events: number;
  readonly groups: number;
  readonly seed: number;
  readonly onProgress?: (words: string) => void;
}

/** The minute of the storm passes this many times as fast, and the rest as fast as that. */
const STORM_SPEED = 3;
const AFTER_SPEED = 40;
const MINUTE_MS = 60_000;
/** Longer than a notice takes to be published again. */
const CALM_MS = 20_000;
/** How often the detector's process dies when its work is done and its messages are not. */
const DIES = 0.05;

export async function runStorm({
  events,
  groups,
  seed,
  onProgress = () => {},
}: StormOptions): Promise<StormEnd> {
  const random = seededRandom(seed);
  const clock = aFastClock(STORM_SPEED);
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-storm-'));
  const slack = aSlack({ now: clock.now, token: KEY });
  const pagerduty = aBusyPagerDuty(clock.now);
  const destinations = [
    aDestination('slack', { token: { secret: 'token' }, channel: CHANNEL }),
    aDestination('pagerduty', { routingKey: { secret: 'key' } }),
  ];
  const store = openStore({
    dataDir,
    topology: topologyWith(destinations, true),
    synchronous: 'NORMAL',
    ...clock,
  });
  const detector = makeDetector({
    store: store.alertStore,
    book: stormRules(groups),
    channels: destinations.map(({ name }) => name),
    publish: makePublish(store),
    now: clock.now,
    random,
    log: () => {},
  });
  let redelivered = 0;
  const dying: Consumer = async (messages) => {
    const outcomes = await detector.consume(messages);
    if (random() >= DIES) return outcomes;
    redelivered += messages.length;
    return messages.map(() => ({ kind: 'retry', reason: 'died', afterMs: 2_000 * random() }));
  };
  store.consume('detect', dying);
  store.consume('record', makeRecord({ trail: store.trail, log: () => {} }));
  const sends = [slack.send, pagerduty.send];
  for (const [i, destination] of destinations.entries()) {
    const { deliver } = aDelivery(destination, {
      send: sends[i] as (typeof sends)[number],
      now: clock.now,
      alertMemory: store.alertMemory,
      readSecret: async () => KEY,
    });
    store.consume(destination.name, deliver);
  }
  let isOver = false;
  const ticking = tickUntil(() => isOver);
  try {
    const cpu = process.cpuUsage();
    const beganMs = Date.now();
    await blow(store, { events, groups, startMs: clock.now(), now: clock.now });
    await until(() => store.countQueue('detect').waiting === 0, 600_000);
    const detectedMs = Date.now() - beganMs;
    const { user, system } = process.cpuUsage(cpu);
    onProgress(`all events are counted after ${(detectedMs / 1_000).toFixed(1)} s`);
    const stormMs = clock.now();
    clock.run(AFTER_SPEED);
    // An alert is over before its notice is on the bus: calm is what lasts.
    let calmSinceMs = Number.POSITIVE_INFINITY;
    await until(async () => {
      const open = await store.alertStore.records.open('acme', 5_000);
      const queues = ['record', 'slack', 'pagerduty'].map((name) => store.countQueue(name).waiting);
      const waiting = queues.reduce((a, b) => a + b);
      onProgress(`${open.length} alerts open, ${waiting} notices wait`);
      calmSinceMs = open.length + waiting > 0 ? Number.POSITIVE_INFINITY : Math.min(calmSinceMs, clock.now());
      return clock.now() - calmSinceMs > CALM_MS;
    }, 600_000);
    return await judgeStorm({
      ...{ events, groups, redelivered, detectedMs, slack, pagerduty, store },
      cpuMs: (user + system) / 1_000,
      calmMs: calmSinceMs - stormMs,
      records: await allRecords(store),
    });
  } finally {
    isOver = true;
    await ticking;
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }

  async function tickUntil(done: () => boolean): Promise<void> {
    while (!done()) {
      await detector.tick();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** One rule that takes each event, and one that takes a few. */
function stormRules(groups: number) {
  const shared = {
    pattern: { action: ['storm.blew'] },
    groupBy: ['actor.id'],
    resolve: { after: '5m' },
    maxAlertsPerHour: Math.min(10_000, groups * 2),
    channels: ['slack', 'pagerduty'],
  };
  return aRuleBook(
    { ...shared, id: 'each', title: 'Each of {actor.id}' },
    { ...shared, id: 'many', kind: 'threshold', count: 10, window: '1m', title: 'Many of {actor.id}' },
  );
}

async function blow(
  store: Store,
  { events, groups, startMs, now }: { events: number; groups: number; startMs: number; now: () => number },
): Promise<void> {
  for (let from = 0; from < events; from += STEP) {
    const dueMs = startMs + (from / events) * MINUTE_MS;
    while (now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 5));
    const some = Array.from({ length: Math.min(STEP, events - from) }, (_, i) =>
      acceptable({
        id: `storm-${from + i}`,
        action: 'storm.blew',
        occurredAt: new Date(now()).toISOString(),
        actor: { type: 'user', id: `group-${(from + i) % groups}` },
      }),
    );
    const answers = await store.accept(some);
    if (!answers.every(({ kind }) => kind === 'accepted')) throw new Error('an event was not accepted');
  }
}

async function allRecords(store: Store): Promise<readonly AlertRecord[]> {
  const all: AlertRecord[] = [];
  for (let before: string | undefined; ; ) {
    const page = await store.alertStore.records.page('acme', { limit: 500, ...(before && { before }) });
    all.push(...page.records);
    before = page.next;
    if (before === undefined) return all;
  }
}

const STEP = 500;
