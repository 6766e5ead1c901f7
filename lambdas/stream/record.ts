/** Behind its queue: appends events to the trail. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { countAppended } from '../../src/aws/count-appended.ts';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { makeClockGuard } from '../../src/aws/dynamo/clock-guard.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeTrail } from '../../src/aws/dynamo/trail.ts';
import { sqsCalls } from '../../src/aws/queue/queue-calls.ts';
import { makeQueueHandler } from '../../src/aws/queue/queue-handler.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { QUEUE_DIMENSION } from '../../src/domain/metrics.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { makeRecord } from '../../src/stream/record.ts';
import { log, logger } from '../logger.ts';

const settings = readSettings();
const { producers } = settings;
const clock = makeClockGuard();
const queueName = settings.recordQueueUrl.slice(settings.recordQueueUrl.lastIndexOf('/') + 1);
const count = makeCountMetrics({ dimension: { name: QUEUE_DIMENSION, value: queueName } });
const trail = makeTrail({
  // The writer tries again by itself, each time under a new position.
  call: sdkCall({ client: { maxAttempts: 1 }, onDate: clock.observe }),
  table: settings.trailTable,
  retentionMs: settings.trailRetentionMs,
  now: Date.now,
  log,
  clock,
});
const handle = makeQueueHandler({
  route: TOPOLOGY.record,
  queueUrl: settings.recordQueueUrl,
  deadLetterQueueUrl: settings.recordDeadLetterQueueUrl,
  consumer: makeRecord({ trail: countAppended(trail, count), log, ...(producers && { producers }) }),
  calls: sqsCalls(),
  log,
  count,
});

export const handler = middy<Parameters<typeof handle>[0]>().use(injectLambdaContext(logger)).handler(handle);
