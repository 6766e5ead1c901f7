/** Invoked by `broadcast`: pushes a part of a large fan-out. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { BROADCAST_METRICS, FUNCTION_DIMENSION } from '../../src/domain/metrics.ts';
import { makeFanOut } from '../../src/stream/fan-out.ts';
import { type FanOutChunk, messagesIn } from '../../src/stream/fan-out-chunk.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';
import { settings, subscriptions } from './lean-subscriptions.ts';

const fanOut = makeFanOut({ subscriptions, gateway, sendDeadlineMs: settings.limits.sendDeadlineMs, log });
const count = makeCountMetrics({ dimension: { name: FUNCTION_DIMENSION, value: settings.functionName } });

export const handler = middy<FanOutChunk>()
  .use(injectLambdaContext(logger))
  .handler(async (chunk: FanOutChunk) => {
    const { sent, gone, throttled, failed, late } = await fanOut(messagesIn(chunk));
    count({
      [BROADCAST_METRICS.sent]: sent,
      [BROADCAST_METRICS.gone]: gone,
      [BROADCAST_METRICS.throttled]: throttled,
      [BROADCAST_METRICS.failed]: failed,
      [BROADCAST_METRICS.late]: late,
    });
  });
