/** One journey: real records from the door to thirty viewers, with or without misfortune, judged by sets. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { freshEvents, TENANTS, type Tenant } from './corpus.ts';
import { type Judge, reference } from './expected.ts';
import { FILTERS } from './filters.ts';
import { produce } from './producer.ts';
import { type Random, seededRandom } from './random.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { openViewer, type Viewer } from './viewer.ts';

export interface JourneyOptions {
  readonly seed: number;
  readonly faults: boolean;
  /** Whose word on the expected sets counts; the reference's unless told. */
  readonly judge?: Judge;
  /** How many of the corpus's events; all unless told. */
  readonly events?: number;
}

export interface Journey {
  readonly seed: number;
  readonly events: number;
  readonly viewers: number;
  /** Handed over to all viewers together. */
  readonly deliveries: number;
  readonly pushShare: number;
  readonly kills: number;
  readonly reconnects: number;
  readonly retries: number;
  readonly repeats: number;
  /** From accept to hand-over of what the push missed, ms, in ascending order. */
  readonly lateMs: readonly number[];
  readonly tookMs: number;
  /** Everything that was not as promised; empty when all is well. */
  readonly broken: readonly string[];
}

/** A third of the pushes is lost; the other shares leave enough of a run to be cut short again. */
export const FAULTS = {
  dropPush: 1 / 3,
  cut: 0.004,
  duplicate: 0.1,
  reorder: 0.1,
  throttle: 0.02,
  duplicateDelivery: 0.1,
} as const;
const KILLS = 2;
const GIVE_UP_MS = 90_000;
/** Batches are spread a little, or the whole run would fit between two heartbeats. */
const PAUSE_MS = 25;

export async function runJourney(options: JourneyOptions): Promise<Journey> {
  const { seed, faults, judge = reference } = options;
  const random = seededRandom(seed);
  const events = freshEvents(random).slice(0, options.events ?? Number.POSITIVE_INFINITY);
  const startedAtMs = Date.now();
  const server = await startServer();
  const viewers: Viewer[] = [];
  try {
    viewers.push(...(await openViewers(server, random)));
    if (faults) await server.setFaults(FAULTS);
    const misfortune = faults ? killsOf(server, events.length, random) : undefined;
    const sent = await produce(events, {
      url: server.url,
      random,
      repeatShare: faults ? 0.1 : 0,
      pauseMs: PAUSE_MS,
      ...(misfortune && { onRequest: misfortune.onRequest }),
    });
    await misfortune?.over();
    const wanted = await wantedOf(viewers, events, judge);
    await settled(viewers, wanted);
    return {
      seed,
      events: events.length,
      viewers: viewers.length,
      ...figuresOf(viewers),
      retries: sent.retries,
      repeats: sent.repeats,
      kills: misfortune ? KILLS : 0,
      tookMs: Date.now() - startedAtMs,
      broken: [...sent.refused.map((refusal) => `refused: ${refusal}`), ...verdict(viewers, wanted)],
    };
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.dispose();
  }
}

/** Thirty viewers with one filter each, and one of each tenant that holds all ten at once. */
function openViewers(server: ServerProcess, random: Random): Promise<Viewer[]> {
  const open = (name: string, tenant: Tenant, subs: Readonly<Record<string, unknown>>): Promise<Viewer> =>
    openViewer({ name, tenant, subs, random, url: server.streamUrl, getToken: () => server.token(tenant) });
  return Promise.all(
    TENANTS.flatMap((tenant) => [
      ...Object.entries(FILTERS[tenant]).map(([name, pattern]) =>
        open(`${tenant}: ${name}`, tenant, { [name]: pattern }),
      ),
      open(`${tenant}: everything at once`, tenant, FILTERS[tenant]),
    ]),
  );
}

/** Kills the server while requests are on their way, and starts it again. */
function killsOf(server: ServerProcess, events: number, random: Random) {
  const moments = Array.from({ length: KILLS }, (_, i) => ((i + 0.2 + 0.6 * random()) / KILLS) * events);
  let restart = Promise.resolve();
  return {
    onRequest(sentEvents: number): void {
      if (moments[0] === undefined || sentEvents < moments[0]) return;
      moments.shift();
      const delayMs = random() * 6;
      restart = restart
        .then(() => new Promise((resolve) => setTimeout(resolve, delayMs)))
        .then(() => server.kill())
        .then(() => server.start())
        .then(() => server.setFaults(FAULTS));
    },
    over: () => restart,
  };
}

type Wanted = ReadonlyMap<Viewer, ReadonlyMap<string, readonly string[]>>;

async function wantedOf(
  viewers: readonly Viewer[],
  events: readonly AuditEvent[],
  judge: Judge,
): Promise<Wanted> {
  const questions = TENANTS.map((tenant) => ({
    patterns: Object.values(FILTERS[tenant]),
    events: events.filter(({ tenantId }) => tenantId === tenant),
  }));
  const answers = await judge(questions);
  const idsOf = (tenant: Tenant, sub: string): readonly string[] =>
    answers[TENANTS.indexOf(tenant)]?.[Object.keys(FILTERS[tenant]).indexOf(sub)] ?? [];
  return new Map(
    viewers.map((viewer) => [
      viewer,
      new Map(Object.keys(viewer.subs).map((sub) => [sub, idsOf(viewer.tenant, sub)])),
    ]),
  );
}

/** Until everybody has everything, and then until everybody has asked once more and could have been given something twice. */
async function settled(viewers: readonly Viewer[], wanted: Wanted): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(() => viewers.every((viewer) => missingOf(viewer, wanted).length === 0));
  const allHereAtMs = Date.now();
  await until(() => viewers.every(({ completeUpToMs }) => completeUpToMs >= allHereAtMs));
}

function missingOf(viewer: Viewer, wanted: Wanted): readonly string[] {
  return [...(wanted.get(viewer) ?? [])].flatMap(([sub, ids]) => {
    const given = viewer.given(sub);
    return ids.filter((id) => !given.has(id)).map((id) => `${id} for “${sub}”`);
  });
}

function verdict(viewers: readonly Viewer[], wanted: Wanted): readonly string[] {
  return viewers.flatMap((viewer) => {
    const missing = missingOf(viewer, wanted);
    const extra = [...(wanted.get(viewer) ?? [])].flatMap(([sub, ids]) => {
      const ours = new Set(ids);
      return [...viewer.given(sub)].filter((id) => !ours.has(id)).map((id) => `${id} for “${sub}”`);
    });
    return [
      ...viewer.broken.map((what) => `${viewer.name} ${what}`),
      ...(missing.length > 0
        ? [`${viewer.name} misses ${missing.length}: ${missing.slice(0, 3).join(', ')}`]
        : []),
      ...(extra.length > 0
        ? [`${viewer.name} was given what is not its own: ${extra.slice(0, 3).join(', ')}`]
        : []),
    ];
  });
}

function figuresOf(viewers: readonly Viewer[]) {
  const deliveries = viewers.flatMap((viewer) => viewer.deliveries);
  const late = deliveries.filter(({ via }) => via === 'pull');
  return {
    deliveries: deliveries.length,
    pushShare: 1 - late.length / deliveries.length,
    reconnects: viewers.reduce((sum, { reconnects }) => sum + reconnects, 0),
    lateMs: late.map((each) => each.handedOverAtMs - each.acceptedAtMs).sort((a, b) => a - b),
  };
}
