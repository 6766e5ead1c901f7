/** One journey: real records from the door to thirty viewers, with or without misfortune, judged by sets. */
import { figuresOf, openAudience, settled, verdict, wantedOf } from './audience.ts';
import { freshEvents } from './corpus.ts';
import { type Judge, reference } from './expected.ts';
import { produce } from './producer.ts';
import { type Random, seededRandom } from './random.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import type { Viewer } from './viewer.ts';

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
    viewers.push(...(await openAudience(server, random)));
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
