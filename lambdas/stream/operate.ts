/** What operators and auditors ask for: the books of this deployment, and the work with its dead letters. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { deliverReply } from '../../src/aws/deliver-reply.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { makeOperations } from '../../src/aws/operations/operations.ts';
import { besides, nameIn } from '../../src/aws/queue/dead-letter-queues.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { textOf, type WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { QUEUE_DIMENSION } from '../../src/domain/metrics.ts';
import { JOURNAL, TOPOLOGY } from '../../src/domain/topology.ts';
import { makeAct, type Operations } from '../../src/stream/act.ts';
import { makeReceive } from '../../src/stream/receive.ts';
import { makeAlerting } from '../alerts/alerting.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';
import { ownAudit, systemEvents } from '../own-audit.ts';

const settings = readSettings();
const now = Date.now;
const { busName, recordRuleName, recordQueueUrl, recordDeadLetterQueueUrl, limits } = settings;
const operations = makeOperations({
  busName,
  recordRuleName,
  recordQueueUrl,
  recordDeadLetterQueueUrl,
  queues: {
    queues: Object.fromEntries(
      Object.entries(settings.queueNames).map(([name, queue]) => [name, besides(recordQueueUrl, queue)]),
    ),
    withoutQueue: {
      [TOPOLOGY.broadcast.name]: settings.broadcastDeadLetterQueueUrl,
      [JOURNAL]: settings.journalDeadLetterQueueUrl,
    },
  },
  count: ({ queueUrl, deadLettersUrl }, counts) =>
    makeCountMetrics({ dimension: { name: QUEUE_DIMENSION, value: nameIn(queueUrl ?? deadLettersUrl) } })(
      counts,
    ),
});
const receive = makeReceive({
  calls: {
    act: makeAct({ operations: { ...operations, ...alertsOf() }, systemEvents, limits, now }),
  },
  subscriptions: makeSubscriptions({ call: sdkCall(), table: settings.connectionsTable, now }),
  now,
  log,
});

/** Where alerts are deployed. */
function alertsOf(): Pick<Operations, 'alerts'> {
  if (!settings.hasAlerts) return {};
  const { store, detector } = makeAlerting(log);
  return { alerts: { ...store, act: detector.act } };
}

export const handler = middy<WebSocketEvent>()
  .use(ownAudit)
  .use(injectLambdaContext(logger))
  .handler(async (event: WebSocketEvent) => {
    const { connectionId } = event.requestContext;
    const reply = await receive(connectionId, textOf(event));
    await systemEvents.settled();
    return deliverReply(connectionId, reply, gateway);
  });
