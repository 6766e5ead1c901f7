/** One journey over the AWS adapters while DynamoDB has a bad day: exact sets for every viewer all the same. */

import { startAdaptersHome } from '../aws/adapters-home.ts';
import { createTable, localCall } from '../aws/dynamo/local-table.ts';
import { type FaultyProxy, startFaultyProxy } from '../services/faulty-proxy.ts';
import type { JavaServer } from '../services/java-server.ts';
import { figuresOf, openAudience, settled, verdict, wantedOf } from './audience.ts';
import { freshEvents } from './corpus.ts';
import { type Judge, reference } from './expected.ts';
import { seededRandom } from './random.ts';
import type { Viewer } from './viewer.ts';

export interface Chaos {
  readonly seed: number;
  readonly events: number;
  readonly deliveries: number;
  readonly pushShare: number;
  readonly reconnects: number;
  readonly lateMs: readonly number[];
  /** Batches of the queue that came again. */
  readonly retries: number;
  readonly calls: FaultyProxy['counts'];
  readonly tookMs: number;
  /** Everything that was not as promised. */
  readonly broken: readonly string[];
}

/** A tenth of all calls meets a misfortune. */
const SHARE = 0.1;
const EVENTS = 300;
/** Between two events, on average: the run lasts longer than a slice of the trail. */
const PAUSE_MS = 30;
/** Seconds instead of twenty, so that a run does not wait for the clock. */
const HEARTBEAT_MS = 3_000;

export async function runChaos({
  seed,
  dynamo,
  judge = reference,
}: {
  readonly seed: number;
  readonly dynamo: Pick<JavaServer, 'url'>;
  readonly judge?: Judge;
}): Promise<Chaos> {
  const random = seededRandom(seed);
  const startedAtMs = Date.now();
  const events = freshEvents(random).slice(0, EVENTS);
  const tables = await Promise.all([createTable(dynamo.url), createTable(dynamo.url)]);
  const proxy = await startFaultyProxy(dynamo.url, random);
  const home = await startAdaptersHome({
    call: localCall(proxy.url),
    connectionsTable: tables[0],
    trailTable: tables[1],
    limits: { heartbeatMs: HEARTBEAT_MS },
    random,
  });
  const viewers: Viewer[] = [];
  try {
    proxy.share = SHARE;
    viewers.push(...(await openAudience(home, random)));
    home.faults.set({ duplicateDelivery: 0.1, dropPush: 0.1, cut: 0.002 });
    for (const event of events) {
      await home.put([event]);
      await new Promise((resolve) => setTimeout(resolve, random() * 2 * PAUSE_MS));
    }
    const wanted = await wantedOf(viewers, events, judge);
    await settled(viewers, wanted);
    return {
      seed,
      events: events.length,
      ...figuresOf(viewers),
      retries: home.retries,
      calls: { ...proxy.counts },
      tookMs: Date.now() - startedAtMs,
      broken: [
        ...verdict(viewers, wanted),
        ...home.dead.map(({ event }) => `${event.id} was given up by the queue`),
      ],
    };
  } finally {
    proxy.share = 0;
    for (const viewer of viewers) viewer.close();
    await home.close();
    proxy.close();
  }
}
