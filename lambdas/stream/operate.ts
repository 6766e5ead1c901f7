/** What operators and auditors ask for: the books of this deployment, and its dead letters. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { deliverReply } from '../../src/aws/deliver-reply.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { makeOperations } from '../../src/aws/operations/operations.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { textOf, type WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { makeAct } from '../../src/stream/act.ts';
import { makeReceive } from '../../src/stream/receive.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';
import { ownAudit, systemEvents } from '../own-audit.ts';

const settings = readSettings();
const now = Date.now;
const { busName, recordRuleName, recordQueueUrl, recordDeadLetterQueueUrl, limits } = settings;
const operations = makeOperations({ busName, recordRuleName, recordQueueUrl, recordDeadLetterQueueUrl });
const receive = makeReceive({
  calls: {
    act: makeAct({ operations, systemEvents, limits }),
  },
  subscriptions: makeSubscriptions({ call: sdkCall(), table: settings.connectionsTable, now }),
  now,
  log,
});

export const handler = middy<WebSocketEvent>()
  .use(ownAudit)
  .use(injectLambdaContext(logger))
  .handler(async (event: WebSocketEvent) => {
    const { connectionId } = event.requestContext;
    const reply = await receive(connectionId, textOf(event));
    await systemEvents.settled();
    return deliverReply(connectionId, reply, gateway);
  });
