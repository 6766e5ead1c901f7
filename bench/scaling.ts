/** Where the live path in AWS ends, and what to raise: a seeded simulation over published service times.
 * It measures the design, not AWS: docs/scaling.md says which figures are whose. */
import { MOST_SHARDS } from '../src/aws/dynamo/trail-shards.ts';
import { AWS_LIMITS } from '../src/aws/limits.ts';
import { seededRandom } from '../test/journey/random.ts';
import { percentileOf } from './scaling/log-normal.ts';
import {
  ACCOUNT,
  ASYNC_START,
  BUS,
  type BusName,
  COLD_START,
  HAND_OFF,
  heartbeatsPerSecond,
  PARTITION_WRITE_UNITS,
  POST,
  VERSION_READ,
} from './scaling/numbers.ts';
import { type Load, simulate } from './scaling/simulate.ts';

const SEED = 20_261_124;
const VIEWERS = [100, 1_000, 5_000, 10_000, 50_000];
const RATES = [1, 10, 100];
/** Pushes of one simulation: enough for a p99, few enough to wait for. */
const PUSHES = 1_000_000;
const MOST_SECONDS = 300;
const LEAST_SECONDS = 5;
/** Beyond this many pushes a second nobody needs a simulation to see the wall. */
const FAR_BEYOND = 500_000;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, object[]>> {
  const pushes = quick ? PUSHES / 10 : PUSHES;
  const loads = (bus: BusName, more: Partial<Load> = {}) =>
    VIEWERS.flatMap((viewers) =>
      RATES.filter((rate) => viewers * rate <= FAR_BEYOND).map((eventsPerSecond) => ({
        viewers,
        eventsPerSecond,
        seconds: Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, pushes / (viewers * eventsPerSecond))),
        bus,
        chunk: AWS_LIMITS.fanOutChunk,
        ...more,
      })),
    );
  return {
    'service times, ms': serviceTimes(),
    'request to the last viewer, ms, bus of 2026': loads('bus of 2026').map(play),
    'request to the last viewer, ms, bus of 2023': loads('bus of 2023').map(play),
    'with ten times the account quota, bus of 2026': loads('bus of 2026', {
      accountPerSecond: 10 * ACCOUNT.perSecond,
    }).map(play),
    'chunks: 5,000 viewers, one event a second': [250, 500, 1_000, 2_500, 5_000].map((chunk) => ({
      chunk,
      ...play({ viewers: 5_000, eventsPerSecond: 1, seconds: 100, bus: 'bus of 2026', chunk }),
    })),
    'the wall: events a second of which every viewer sees each': VIEWERS.map(wall),
    'trail: events a second of one tenant': [1, 2, 4, 8, 16, MOST_SHARDS].map(trail),
  };
}

function serviceTimes(): object[] {
  const times = {
    ...BUS,
    'cold start': COLD_START,
    'version read': VERSION_READ,
    'hand-off of a chunk': HAND_OFF,
    'start of fan-out': ASYNC_START,
    '@connections call': POST,
  };
  return Object.entries(times).map(([hop, time]) => ({
    hop,
    p50: percentileOf(time, 0.5),
    p95: percentileOf(time, 0.95),
    p99: percentileOf(time, 0.99),
  }));
}

function play(load: Load): object {
  const played = simulate(load, seededRandom(SEED));
  const sorted = [...played.lastMs].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  const percent = (count: number) => Math.round((1000 * count) / played.pushes) / 10;
  return {
    viewers: load.viewers,
    'events/s': load.eventsPerSecond,
    events: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    'pushed %': percent(played.sent),
    'throttled %': percent(played.throttled),
    'late %': percent(played.late),
    'Lambdas at once': played.mostLambdas,
    'cold starts': played.coldStarts,
  };
}

function wall(viewers: number): object {
  const heartbeats = heartbeatsPerSecond(viewers);
  return {
    viewers,
    'heartbeats/s': heartbeats,
    'left for pushes/s': ACCOUNT.perSecond - heartbeats,
    'events/s': (ACCOUNT.perSecond - heartbeats) / viewers,
  };
}

/** An entry and the claim on its id are one transaction, which costs twice; the claim lies in a partition of its own. */
function trail(shards: number): object {
  const perSecond = (kilobytes: number) =>
    Math.floor((shards * PARTITION_WRITE_UNITS) / (2 * Math.ceil(kilobytes)));
  return { shards, '1 KB': perSecond(1), '2 KB': perSecond(2), '4 KB': perSecond(4), '16 KB': perSecond(16) };
}
