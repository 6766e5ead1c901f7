/** Behind its queue: looks for what rules describe, and puts notices on the bus. */
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { nameIn } from '../../src/aws/queue/dead-letter-queues.ts';
import { leanQueueCalls } from '../../src/aws/queue/lean-queue-calls.ts';
import { makeQueueHandler } from '../../src/aws/queue/queue-handler.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { QUEUE_DIMENSION } from '../../src/domain/metrics.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { logToStderr as log } from '../../src/stream/log.ts';
import { makeAlerting } from './alerting.ts';

const { queueUrl, deadLetterQueueUrl } = readSettings();
const { detector } = makeAlerting(log);

export const handler = makeQueueHandler({
  route: TOPOLOGY.detect,
  queueUrl,
  deadLetterQueueUrl,
  consumer: detector.consume,
  calls: leanQueueCalls(
    makeSignedClient({ service: 'sqs', region: regionOf(), endpoint: endpointOf('sqs') }),
  ),
  log,
  count: makeCountMetrics({ dimension: { name: QUEUE_DIMENSION, value: nameIn(queueUrl) } }),
});
