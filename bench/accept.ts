/** How many events the home takes per second with every one on disk, and how long one waits at a quiet pace. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { AUDIT_EVENT } from '../src/domain/bus-event.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { contentHash } from '../src/domain/event/content-hash.ts';
import type { Acceptable } from '../src/local/store/accept.ts';
import { openStore, type Store } from '../src/local/store/open-store.ts';

type Synchronous = 'FULL' | 'NORMAL';

export interface AcceptBenchOptions {
  /** How long each rate is measured; 3 s unless told. */
  readonly rateMs?: number;
  /** How long the quiet pace is measured; 20 s unless told. */
  readonly paceMs?: number;
  /** Where the database is made: the disk that is measured. The system's temporary folder unless told. */
  readonly folder?: string;
}

export interface Rate {
  readonly synchronous: Synchronous;
  readonly how: string;
  readonly eventsPerSecond: number;
  /** The longest time that the thread was held up, ms. */
  readonly longestStallMs: number;
}

export interface Pace {
  readonly synchronous: Synchronous;
  readonly acceptsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const CORPUS: readonly AuditEvent[] = readFileSync(
  new URL('../test/data/corpus/events.ndjson', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** How producers call: so many at once, each with so many events, with `record` appending to the trail or not. */
const SHAPES = [
  { how: 'one at a time', callers: 1, events: 1, recording: false },
  { how: '64 callers', callers: 64, events: 1, recording: false },
  { how: '8 callers of 10 events', callers: 8, events: 10, recording: false },
  { how: '8 callers of 10 events, recorded in the trail meanwhile', callers: 8, events: 10, recording: true },
] as const;

export async function run(
  options: AcceptBenchOptions = {},
): Promise<{ readonly rates: readonly Rate[]; readonly paces: readonly Pace[] }> {
  const { rateMs = 3000, paceMs = 20_000, folder = tmpdir() } = options;
  const rates: Rate[] = [];
  const paces: Pace[] = [];
  for (const synchronous of ['FULL', 'NORMAL'] as const) {
    for (const shape of SHAPES)
      rates.push(await withStore(folder, synchronous, (store) => rate(store, synchronous, shape, rateMs)));
    paces.push(await withStore(folder, synchronous, (store) => pace(store, synchronous, 50, paceMs)));
  }
  return { rates, paces };
}

async function rate(
  store: Store,
  synchronous: Synchronous,
  { how, callers, events, recording }: (typeof SHAPES)[number],
  durationMs: number,
): Promise<Rate> {
  if (recording) record(store);
  const stalls = monitorEventLoopDelay({ resolution: 1 });
  stalls.enable();
  const startMs = performance.now();
  let accepted = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() - startMs < durationMs) {
        const outcomes = await store.accept(Array.from({ length: events }, nextEvent));
        accepted += outcomes.filter(({ kind }) => kind === 'accepted').length;
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  stalls.disable();
  return {
    synchronous,
    how,
    eventsPerSecond: Math.round(accepted / seconds),
    longestStallMs: rounded(stalls.max / 1e6),
  };
}

async function pace(
  store: Store,
  synchronous: Synchronous,
  acceptsPerSecond: number,
  durationMs: number,
): Promise<Pace> {
  record(store);
  const tookMs: number[] = [];
  const startMs = performance.now();
  for (let n = 0; performance.now() - startMs < durationMs; n++) {
    await sleep(Math.max(0, startMs + (n * 1000) / acceptsPerSecond - performance.now()));
    const event = nextEvent();
    const beganMs = performance.now();
    await store.accept([event]);
    tookMs.push(performance.now() - beganMs);
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => rounded(tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN);
  return { synchronous, acceptsPerSecond, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

function record(store: Store): void {
  store.consume('record', async (messages) => {
    await store.trail.append(
      messages.map(({ event, acceptedAtMs }) => ({
        event: event.detail as AuditEvent,
        kind: 'event',
        acceptedAtMs,
      })),
    );
    return messages.map(() => ({ kind: 'delivered' }));
  });
}

async function withStore<T>(
  folder: string,
  synchronous: Synchronous,
  measure: (store: Store) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(folder, 'audit-stream-bench-'));
  const store = openStore({ dataDir, synchronous });
  try {
    return await measure(store);
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
}

let made = 0;
/** A real record with an id of its own; hashing it is the door's work, and part of what is measured. */
function nextEvent(): Acceptable {
  const detail = { ...(CORPUS[made % CORPUS.length] as AuditEvent), id: `bench-${made++}` };
  return {
    source: 'audit.bench',
    detailType: AUDIT_EVENT,
    detail,
    claim: { tenantId: detail.tenantId, id: detail.id, contentHash: contentHash(detail) },
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

if (import.meta.main) {
  const { rates, paces } = await run();
  console.table(rates);
  console.table(paces);
}
