/** Sends marked events through a real stream to real clients and times every hop on one clock: this process's. */
import { randomUUID } from 'node:crypto';
import type { Access } from '../access.ts';
import type { Sender } from '../sender.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { probeEvent, probeFilter } from './probe-event.ts';
import { type TrailWatcher, watchTrail } from './trail-watcher.ts';

export interface LatencyOptions {
  readonly access: Access;
  readonly sender: Sender;
  readonly clients: number;
  readonly events: number;
  readonly perSecond: number;
  readonly onProgress: (step: 'clients' | 'deliveries', done: number) => void;
}

/** In ms; undefined where nothing was measured. */
export interface Hops {
  /** Request → answer of PutEvents (or of the door), per event. */
  readonly put: Percentiles | undefined;
  /** Answer → client, per delivery; below 0 where the push overtook the answer. */
  readonly push: Percentiles | undefined;
  /** Request → client, per delivery, however it came. */
  readonly whole: Percentiles | undefined;
  /** Request → the last of the clients, per event. */
  readonly last: Percentiles | undefined;
  /** Request → found by a pull, per event: some seconds, because a page ends where the trail is final. */
  readonly trail: Percentiles | undefined;
  /** A pull, from question to answer. */
  readonly pull: Percentiles | undefined;
}

export interface LatencyReport {
  readonly clients: number;
  readonly events: number;
  /** Of `clients × events`. */
  readonly deliveries: number;
  readonly byPull: number;
  readonly lost: number;
  readonly twice: number;
  /** Events that no pull had found when the wait ended. */
  readonly notInTrail: number;
  /** The first event's way to the last client, apart from the others: it finds what has to be started. */
  readonly firstMs: number | undefined;
  readonly hops: Hops;
}

interface Sent {
  readonly id: string;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** A lost push must have come by a pull by then: heartbeat, margin and slice with room to spare. */
const WAIT_MS = 60_000;
const FIRST_WAIT_MS = 15_000;
const LOOK_MS = 20;

/** Throws when it cannot connect, or when an event is refused. */
export async function measureLatency(options: LatencyOptions): Promise<LatencyReport> {
  const { access, clients, events, perSecond, onProgress } = options;
  const run = `probe-${randomUUID().slice(0, 8)}-`;
  const filter = probeFilter(run);
  let delivered = 0;
  const trail = await watchTrail(access, filter);
  try {
    const crowd = await gatherCrowd({
      access,
      size: clients,
      filter,
      onConnected: (count) => onProgress('clients', count),
      onArrival: () => onProgress('deliveries', ++delivered),
    });
    try {
      const first = await send(0);
      await until(() => delivered >= clients, FIRST_WAIT_MS);
      const rest = await sendAll();
      await until(() => delivered >= clients * events && trail.foundAtMs.size >= events, WAIT_MS);
      return reportOf(first, rest, crowd, trail);
    } finally {
      crowd.close();
    }

    async function send(n: number): Promise<Sent> {
      const event = probeEvent(run, n, crowd.tenantId, Date.now());
      const line = JSON.stringify(event);
      const askedAtMs = performance.now();
      const [result] = await options.sender.send([line]);
      if (result?.status === 'refused')
        throw new Error(`${options.sender.where} refused a marked event: ${result.code}: ${result.message}`);
      return { id: event.id, askedAtMs, answeredAtMs: performance.now() };
    }

    async function sendAll(): Promise<readonly Sent[]> {
      const startedAtMs = performance.now();
      const sent: Promise<Sent>[] = [];
      for (let n = 1; n < events; n++) {
        await sleep(startedAtMs + (n * 1000) / perSecond - performance.now());
        const one = send(n);
        one.catch(() => {}); // heard below, with the others
        sent.push(one);
      }
      return Promise.all(sent);
    }
  } finally {
    trail.close();
  }
}

function reportOf(first: Sent, rest: readonly Sent[], crowd: Crowd, trail: TrailWatcher): LatencyReport {
  const sent = new Map([first, ...rest].map((one) => [one.id, one]));
  const push: number[] = [];
  const whole: number[] = [];
  const lastAtMs = new Map<string, number>();
  let [deliveries, byPull, lost, twice] = [0, 0, 0, 0];
  for (const arrivals of crowd.arrivals) {
    const seen = new Set<string>();
    for (const { id, via, atMs } of arrivals) {
      const one = sent.get(id);
      if (one === undefined) continue;
      if (seen.has(id)) {
        twice++;
        continue;
      }
      seen.add(id);
      lastAtMs.set(id, Math.max(atMs, lastAtMs.get(id) ?? 0));
      if (via === 'pull') byPull++;
      if (one === first) continue;
      whole.push(atMs - one.askedAtMs);
      if (via === 'push') push.push(atMs - one.answeredAtMs);
    }
    deliveries += seen.size;
    lost += sent.size - seen.size;
  }
  const perEvent = (atMs: ReadonlyMap<string, number>) =>
    percentilesOf(
      rest.flatMap(({ id, askedAtMs }) => (atMs.has(id) ? [(atMs.get(id) ?? 0) - askedAtMs] : [])),
    );
  const firstAtMs = lastAtMs.get(first.id);
  return {
    clients: crowd.arrivals.length,
    events: sent.size,
    deliveries,
    byPull,
    lost,
    twice,
    notInTrail: [...sent.keys()].filter((id) => !trail.foundAtMs.has(id)).length,
    firstMs: firstAtMs === undefined ? undefined : Math.round(firstAtMs - first.askedAtMs),
    hops: {
      put: percentilesOf(rest.map(({ askedAtMs, answeredAtMs }) => answeredAtMs - askedAtMs)),
      push: percentilesOf(push),
      whole: percentilesOf(whole),
      last: perEvent(lastAtMs),
      trail: perEvent(trail.foundAtMs),
      pull: percentilesOf(trail.pullsMs),
    },
  };
}

async function until(isSo: () => boolean, mostMs: number): Promise<void> {
  const deadlineMs = performance.now() + mostMs;
  while (!isSo() && performance.now() < deadlineMs) await sleep(LOOK_MS);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
