/** Called by the bus for each event: pushes it to the viewers whose filters match. No SDK client: its start counts. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { acceptedAtMsOf } from '../../src/aws/accepted-at.ts';
import { broadcastCounts } from '../../src/aws/broadcast-counts.ts';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { makeHandOff } from '../../src/aws/hand-off.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import type { BusEvent } from '../../src/domain/bus-event.ts';
import { FUNCTION_DIMENSION } from '../../src/domain/metrics.ts';
import { makeBroadcast } from '../../src/stream/broadcast.ts';
import { makeFanOut } from '../../src/stream/fan-out.ts';
import { makeSubscriptionIndex } from '../../src/stream/subscription-index.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';
import { settings, subscriptions } from './lean-subscriptions.ts';

const { limits, producers } = settings;
const now = Date.now;
const broadcast = makeBroadcast({
  index: makeSubscriptionIndex({ subscriptions, maxTenants: limits.indexedTenants, now, log }),
  fanOut: makeFanOut({ subscriptions, gateway, sendDeadlineMs: limits.sendDeadlineMs, log }),
  handOff: makeHandOff({
    client: makeSignedClient({ endpoint: endpointOf('lambda'), service: 'lambda', region: regionOf() }),
    functionName: settings.fanOutFunction,
    log,
  }),
  limits,
  now,
  log,
  ...(producers && { producers }),
});
const count = makeCountMetrics({ dimension: { name: FUNCTION_DIMENSION, value: settings.functionName } });

export const handler = middy<BusEvent>()
  .use(injectLambdaContext(logger))
  .handler(async (event: BusEvent) => {
    count(broadcastCounts(await broadcast(event, acceptedAtMsOf(event, now()))));
  });
