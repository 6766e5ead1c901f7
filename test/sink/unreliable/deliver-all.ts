/** Many events to a destination that fails 30 % of its calls at random, and refuses some events for good: what became of
 * each, counted at the vendor, in the dead letters and in the home's own books. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictOf } from '../../../src/domain/accounts.ts';
import { makeDeliveriesRecord } from '../../../src/local/deliveries-record.ts';
import { deliveries, topologyWith } from '../../../src/local/destinations.ts';
import { openStore, type Store } from '../../../src/local/store/open-store.ts';
import { aFastClock } from '../../builders/a-fast-clock.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { until } from '../../builders/until.ts';
import { type Random, seededRandom } from '../../journey/random.ts';
import { aDestination } from '../a-delivery.ts';
import { aVendor, type Reply } from '../a-vendor.ts';

export interface Tally {
  readonly events: number;
  readonly calls: number;
  readonly failedCalls: number;
  /** Different events that the vendor has. */
  readonly delivered: number;
  /** Times that it got one again: the answer to an earlier call was lost. */
  readonly again: number;
  readonly dead: Readonly<Record<string, number>>;
  /** What does not add up. */
  readonly broken: readonly string[];
}

export interface DeliverAllOptions {
  readonly events: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
  readonly giveUpMs: number;
}

/** Pauses pass this many times as fast: queue and breaker wait up to a minute, the vendor answers at once. */
const SPEED = 20;
const clock = aFastClock(SPEED);

export async function deliverAll({ events, seed, onProgress, giveUpMs }: DeliverAllOptions): Promise<Tally> {
  const random = seededRandom(seed);
  const vendor = aFailingVendor(random);
  const { url, close } = await aVendor(vendor.reply);
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-unreliable-'));
  const destination = aDestination('datadog', { url, apiKey: { env: 'DD_API_KEY' }, batchSize: 100 });
  const store = openStore({
    dataDir,
    topology: topologyWith([destination]),
    synchronous: 'NORMAL',
    ...clock,
  });
  try {
    process.env.DD_API_KEY = 'a-key';
    const consumers = deliveries([destination], {
      now: clock.now,
      random,
      log: () => {},
      alertMemory: store.alertMemory,
      breakers: new Map(),
      record: makeDeliveriesRecord(clock.now()),
    });
    for (const [name, consumer] of consumers) store.consume(name, consumer);
    await accept(store, events);
    const hop = async () =>
      (await store.accounts()).hops.find(({ name }) => name === `bus → ${destination.name}`);
    const deadSoFar = () => store.deadLetters.countByReason().reduce((sum, { count }) => sum + count, 0);
    await until(async () => {
      const done = vendor.taken.size + deadSoFar();
      onProgress?.(done);
      // What was taken may still have to be settled.
      return done >= events && (await hop())?.waiting === 0;
    }, giveUpMs).catch(() => undefined);
    return await tallyOf({ events, vendor, store, hop: await hop() });
  } finally {
    await store.close();
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function aFailingVendor(random: Random) {
  const taken = new Map<string, number>();
  const counts = { calls: 0, failed: 0 };
  return {
    taken,
    counts,
    reply({ body }: { readonly body: string }): Reply {
      // Asked once more before the body is read.
      if (body === '') return { status: 202 };
      counts.calls++;
      const ids = (JSON.parse(body) as { evt: { id: string } }[]).map(({ evt }) => evt.id);
      const fault = random() < SHARE ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
      if (fault) counts.failed++;
      if (fault && !isTaken(fault)) return fault;
      if (ids.some(isPoison)) return { status: 400, body: '{"errors":[]}' };
      for (const id of ids) taken.set(id, (taken.get(id) ?? 0) + 1);
      return fault ?? { status: 202, body: '{}' };
    },
  };
}

const SHARE = 0.3;
const FAULTS: readonly Reply[] = [
  { status: 408 },
  { status: 429, headers: { 'retry-after': '0' } },
  { status: 500 },
  { status: 503 },
  'reset-before-body',
  'reset-after-body',
  'half-answer',
];

/** The vendor has the events and cannot say so. */
function isTaken(fault: Reply): boolean {
  return fault === 'reset-after-body' || fault === 'half-answer';
}

/** One in a thousand is refused for good. */
function isPoison(id: string): boolean {
  return id.endsWith('500');
}

const STEP = 500;
const idOf = (i: number) => `unreliable-${i}`;

async function accept(store: Store, events: number): Promise<void> {
  for (let from = 0; from < events; from += STEP) {
    const occurredAt = new Date(clock.now()).toISOString();
    const some = Array.from({ length: Math.min(STEP, events - from) }, (_, i) =>
      acceptable({ id: idOf(from + i), occurredAt, recordedAt: occurredAt }),
    );
    const answers = await store.accept(some);
    if (!answers.every(({ kind }) => kind === 'accepted')) throw new Error('an event was not accepted');
  }
}

interface Ended {
  readonly events: number;
  readonly vendor: ReturnType<typeof aFailingVendor>;
  readonly store: Store;
  readonly hop: Awaited<ReturnType<Store['accounts']>>['hops'][number] | undefined;
}

async function tallyOf({ events, vendor, store, hop }: Ended): Promise<Tally> {
  const { taken, counts } = vendor;
  const dead = Object.fromEntries(
    store.deadLetters.countByReason().map(({ reason, count }) => [reason, count] as const),
  );
  const deadIds = allDead(store);
  const ids = Array.from({ length: events }, (_, i) => idOf(i));
  const lost = ids.filter((id) => !taken.has(id) && !deadIds.has(id));
  const both = ids.filter((id) => taken.has(id) && deadIds.has(id));
  const wrong = ids.filter((id) => deadIds.has(id) !== isPoison(id));
  const { in: entered, out, waiting, unaccounted } = hop ?? {};
  const broken = [
    ...(lost.length > 0 ? [`${lost.length} lost, as ${lost[0]}`] : []),
    ...(both.length > 0 ? [`${both.length} delivered and dead, as ${both[0]}`] : []),
    ...(wrong.length > 0 ? [`${wrong.length} dead that should not be or the other way, as ${wrong[0]}`] : []),
    ...(entered === events && out === taken.size && waiting === 0 && unaccounted === 0
      ? []
      : [`the books: ${JSON.stringify(hop)}, and the vendor has ${taken.size}`]),
    ...(verdictOf(await store.accounts()).kind === 'lost' ? ['doctor counts a loss'] : []),
    ...(Object.values(dead).reduce((sum, count) => sum + count, 0) === deadIds.size
      ? []
      : ['dead letters without a reason']),
  ];
  const times = [...taken.values()].reduce((sum, count) => sum + count, 0);
  return {
    events,
    calls: counts.calls,
    failedCalls: counts.failed,
    delivered: taken.size,
    again: times - taken.size,
    dead,
    broken,
  };
}

function allDead(store: Store): ReadonlySet<string> {
  const ids = new Set<string>();
  let next: string | undefined;
  do {
    const page = store.deadLetters.list('datadog', { limit: 500, ...(next !== undefined && { next }) });
    for (const { event } of page.letters) ids.add((event.detail as { id: string }).id);
    next = page.next;
  } while (next !== undefined);
  return ids;
}
