/** Composes the calls of the live stream for one process; a Lambda takes the one that it needs. */
import { makeAct, type Operations } from './act.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import { type Broadcast, type HandOff, makeBroadcast } from './broadcast.ts';
import type { Producers } from './bus-detail.ts';
import { type Connect, makeConnect } from './connect.ts';
import { makeFanOut } from './fan-out.ts';
import { makeFetchEvent } from './fetch-event.ts';
import { makeFilterCache } from './filter-cache.ts';
import { makeHello } from './hello.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type Log, logToStderr } from './log.ts';
import type { Consumer, Gateway, Publish, Subscriptions, Trail } from './ports.ts';
import { makePull } from './pull.ts';
import { makeReceive, type Receive } from './receive.ts';
import { makeRecord } from './record.ts';
import { makeRefresh } from './refresh.ts';
import { makeSubscribe, makeUnsubscribe } from './subscribe.ts';
import { makeSubscriptionIndex } from './subscription-index.ts';
import { makeSystemEvents } from './system-events.ts';
import { makeTrailReader } from './trail-reader.ts';

export interface StreamDeps {
  readonly subscriptions: Subscriptions;
  readonly trail: Trail;
  readonly gateway: Pick<Gateway, 'send'>;
  /** Where the system's own events go. */
  readonly publish: Publish;
  readonly verifyToken: VerifyToken;
  readonly operations: Operations;
  /** Browsers' origins; `any` is for development. */
  readonly origins: 'any' | readonly string[];
  /** Which tenants a bus source may write into; without it any source is trusted. */
  readonly producers?: Producers;
  readonly limits?: Limits;
  readonly now?: () => number;
  readonly log?: Log;
  /** Where parts of a large fan-out go; without it every push is made here. */
  readonly handOff?: HandOff;
  /** `source.environment` of the system's own events. */
  readonly environment?: string;
}

export interface Stream {
  readonly connect: Connect;
  readonly receive: Receive;
  readonly disconnected: (connectionId: string) => Promise<void>;
  readonly broadcast: Broadcast;
  readonly record: Consumer;
  /** Resolves when the system's own events have been published: before a process ends. */
  readonly settled: () => Promise<void>;
}

export function makeStream(deps: StreamDeps): Stream {
  const { subscriptions, trail, verifyToken, limits = LIMITS, now = Date.now, log = logToStderr } = deps;
  const systemEvents = makeSystemEvents({
    publish: deps.publish,
    now,
    log,
    perMinute: limits.systemEventsPerMinute,
    ...(deps.environment !== undefined ? { environment: deps.environment } : {}),
  });
  const shared = { ...deps, systemEvents, limits, now, log };
  const reader = makeTrailReader({ trail, cacheBytes: limits.sliceCacheBytes });
  const index = makeSubscriptionIndex({ subscriptions, maxTenants: limits.indexedTenants, now, log });
  const calls = {
    hello: makeHello(shared),
    subscribe: makeSubscribe(shared),
    unsubscribe: makeUnsubscribe({ subscriptions }),
    pull: makePull({ ...shared, reader, compiled: makeFilterCache() }),
    refresh: makeRefresh({ ...shared, verifyToken }),
    fetch: makeFetchEvent(shared),
    act: makeAct(shared),
  };
  return {
    connect: makeConnect(shared),
    receive: makeReceive({ calls, subscriptions, now, log }),
    disconnected: (connectionId) => subscriptions.close(connectionId),
    broadcast: makeBroadcast({
      ...shared,
      index,
      fanOut: makeFanOut({ ...shared, sendDeadlineMs: limits.sendDeadlineMs }),
    }),
    record: makeRecord(shared),
    settled: () => systemEvents.settled(),
  };
}
