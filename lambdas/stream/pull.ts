/** What a viewer reads of the trail: pages of what matched, and whole events. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { deliverReply } from '../../src/aws/deliver-reply.ts';
import { heldBack, makeClockGuard } from '../../src/aws/dynamo/clock-guard.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { makeTrail } from '../../src/aws/dynamo/trail.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { textOf, type WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { makeFetchEvent } from '../../src/stream/fetch-event.ts';
import { makeFilterCache } from '../../src/stream/filter-cache.ts';
import { makePull } from '../../src/stream/pull.ts';
import { makeReceive } from '../../src/stream/receive.ts';
import { makeTrailReader } from '../../src/stream/trail-reader.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';

const settings = readSettings();
const { limits } = settings;
const now = Date.now;
const clock = makeClockGuard();
const call = sdkCall({ onDate: clock.observe });
const subscriptions = makeSubscriptions({ call, table: settings.connectionsTable, now });
const trail = makeTrail({
  call,
  table: settings.trailTable,
  retentionMs: settings.trailRetentionMs,
  now,
  log,
});
const shared = { subscriptions, trail, limits, now, log };
const receive = makeReceive({
  ...shared,
  calls: {
    pull: makePull({
      ...shared,
      now: heldBack(now, clock),
      reader: makeTrailReader({ trail, cacheBytes: limits.sliceCacheBytes }),
      compiled: makeFilterCache(),
    }),
    fetch: makeFetchEvent(shared),
  },
});

export const handler = middy<WebSocketEvent>()
  .use(injectLambdaContext(logger))
  .handler(async (event: WebSocketEvent) => {
    const { connectionId } = event.requestContext;
    return deliverReply(connectionId, await receive(connectionId, textOf(event)), gateway);
  });
