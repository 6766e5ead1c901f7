/** One measured run: viewers connect and subscribe, events come at a steady rate, and every delivery is accounted for. */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { AuditStreamClient } from '../src/client/audit-stream-client.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { corpus } from '../test/journey/corpus.ts';
import { putEvents } from '../test/journey/producer.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { referenceMatches } from '../test/reference/pattern.ts';

export interface LiveScene {
  readonly viewers: number;
  readonly tenants: number;
  readonly largeTenants: number;
  readonly largeSize: number;
  readonly everyoneSeesAll: boolean;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly profileDir?: string;
}

export interface LiveFigures {
  readonly viewers: number;
  readonly tenants: number;
  readonly seconds: number;
  readonly events: number;
  readonly matchesPerEvent: { readonly least: number; readonly mean: number; readonly most: number };
  readonly deliveries: number;
  readonly deliveriesPerSecond: number;
  readonly lost: number;
  readonly twice: number;
  readonly foreign: number;
  readonly byPush: number;
  /** From before the PutEvents request to the hand-over in the application, on one clock. */
  readonly putToViewerMs: Percentiles;
  readonly putAnsweredMs: Percentiles;
  readonly server: { readonly cpuPercent: number; readonly memoryMb: number; readonly mostMemoryMb: number };
  /** How late this process's own event loop ran: part of the latency is its. */
  readonly benchLoopDelayMs: { readonly p50: number; readonly p99: number };
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

const SETTLE_MS = 3_000;

/** Half of a crowd sees everything; the others are choosy. */
const CHOOSY = [
  { severity: ['info', 'low'] },
  { activity: ['read', 'create', 'update'] },
  { outcome: [{ 'anything-but': 'denied' }] },
] as const;

export async function runLive(scene: LiveScene): Promise<LiveFigures> {
  const server = await startServer(
    scene.profileDir === undefined
      ? {}
      : { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${scene.profileDir}`] },
  );
  try {
    return await measure(scene, server);
  } finally {
    await server.dispose();
  }
}

async function measure(scene: LiveScene, server: ServerProcess): Promise<LiveFigures> {
  const sentAtMs = new Map<string, number>();
  const latencies: number[] = [];
  let byPush = 0;
  const viewers = await openViewers(scene, server, (id, via) => {
    const sent = sentAtMs.get(id);
    if (sent !== undefined) latencies.push(performance.now() - sent);
    if (via === 'push') byPush++;
  });

  const events = makeEvents(scene);
  // The crowd's own arrival (audited, too) is not what is measured.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const before = usageOf(server.pid);
  const startedAtMs = performance.now();
  const answered: number[] = [];
  const pending: Promise<unknown>[] = [];
  for (const [i, event] of events.entries()) {
    const dueMs = startedAtMs + (i * 1000) / scene.eventsPerSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const beforeMs = performance.now();
    sentAtMs.set(event.id, beforeMs);
    pending.push(
      putEvents(server.url, [event], refuse).then((left) => {
        if (left.length > 0) throw new Error('the server did not take an event');
        answered.push(performance.now() - beforeMs);
      }),
    );
  }
  await Promise.all(pending);
  const tookMs = performance.now() - startedAtMs;
  const after = usageOf(server.pid);
  loop.disable();

  const matches = events.map((event) => viewers.filter((viewer) => viewer.wants(event)));
  const expected = matches.reduce((sum, { length }) => sum + length, 0);
  await untilAll(() => viewers.reduce((sum, { ids }) => sum + ids.size, 0) >= expected, 30_000);
  let lost = 0;
  for (const [i, wanting] of matches.entries())
    lost += wanting.filter(({ ids }) => !ids.has(events[i]?.id ?? '')).length;
  const deliveries = viewers.reduce((sum, { ids }) => sum + ids.size, 0);
  const twice = viewers.reduce((sum, viewer) => sum + viewer.twice(), 0);
  for (const viewer of viewers) viewer.close();
  const counts = matches.map(({ length }) => length);
  return {
    viewers: viewers.length,
    tenants: scene.tenants,
    seconds: round(tookMs / 1000),
    events: events.length,
    matchesPerEvent: {
      least: Math.min(...counts),
      mean: round(expected / events.length),
      most: Math.max(...counts),
    },
    deliveries,
    deliveriesPerSecond: Math.round((1000 * deliveries) / tookMs),
    lost,
    twice,
    foreign: deliveries + lost - expected,
    byPush: round(byPush / Math.max(1, deliveries)),
    putToViewerMs: percentiles(latencies),
    putAnsweredMs: percentiles(answered),
    server: {
      cpuPercent: Math.round((100 * (after.cpuMs - before.cpuMs)) / tookMs),
      memoryMb: after.memoryMb,
      mostMemoryMb: after.mostMemoryMb,
    },
    benchLoopDelayMs: { p50: round(loop.percentile(50) / 1e6), p99: round(loop.percentile(99) / 1e6) },
  };
}

interface BenchViewer {
  readonly ids: ReadonlySet<string>;
  twice(): number;
  wants(event: AuditEvent): boolean;
  close(): void;
}

async function openViewers(
  scene: LiveScene,
  server: ServerProcess,
  handedOver: (id: string, via: 'push' | 'pull') => void,
): Promise<BenchViewer[]> {
  const viewers: BenchViewer[] = [];
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (tenant: string): Promise<string> => {
    const token = tokens.get(tenant) ?? server.token(tenant);
    tokens.set(tenant, token);
    return token;
  };
  const all = Array.from({ length: scene.viewers }, (_, i) => i);
  while (all.length > 0) viewers.push(...(await Promise.all(all.splice(0, 50).map(open))));
  return viewers;

  async function open(i: number): Promise<BenchViewer> {
    const tenant = tenantOfViewer(i, scene);
    const nth = Math.floor(i / scene.largeTenants);
    const filter = scene.everyoneSeesAll || nth % 2 === 0 ? {} : (CHOOSY[nth % CHOOSY.length] ?? {});
    const ids = new Set<string>();
    let repeats = 0;
    const client = new AuditStreamClient({
      url: server.streamUrl,
      getToken: () => tokenOf(tenant),
      WebSocket,
    });
    client.on('event', ({ event, via }) => {
      if (ids.has(event.id)) repeats++;
      ids.add(event.id);
      handedOver(event.id, via);
    });
    client.connect();
    await client.subscribe('all', filter);
    return {
      ids,
      twice: () => repeats,
      wants: (event) => event.tenantId === tenant && referenceMatches(filter, event),
      close: () => client.close(),
    };
  }
}

/** The large tenants first, the rest over the small ones. */
function tenantOfViewer(i: number, { largeTenants, largeSize, tenants }: LiveScene): string {
  const large = largeTenants * largeSize;
  return i < large
    ? `tenant-${i % largeTenants}`
    : `tenant-${largeTenants + ((i - large) % (tenants - largeTenants))}`;
}

/** Real records of the corpus, dealt over the large tenants. */
function makeEvents({ seconds, eventsPerSecond, largeTenants }: LiveScene): AuditEvent[] {
  const records = corpus();
  const run = Date.now().toString(36);
  return Array.from({ length: seconds * eventsPerSecond }, (_, i) => ({
    ...(records[(i * 7) % records.length] as AuditEvent),
    id: `${run}-${i}`,
    idempotencyKey: `${run}-${i}`,
    tenantId: `tenant-${i % largeTenants}`,
  }));
}

/** What Linux says of a process; zeros elsewhere. */
function usageOf(pid: number): { cpuMs: number; memoryMb: number; mostMemoryMb: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mb = (name: string): number =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
      memoryMb: mb('VmRSS'),
      mostMemoryMb: mb('VmHWM'),
    };
  } catch {
    return { cpuMs: 0, memoryMb: 0, mostMemoryMb: 0 };
  }
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

async function untilAll(condition: () => boolean, mostMs: number): Promise<void> {
  const deadline = performance.now() + mostMs;
  while (!condition() && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function refuse(id: string, why: string): never {
  throw new Error(`${id} was refused: ${why}`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
