/** What begins, ends and keeps up a viewer's subscriptions, and whatever else is no known message. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { deliverReply } from '../../src/aws/deliver-reply.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { textOf, type WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { makeHello } from '../../src/stream/hello.ts';
import { makeReceive } from '../../src/stream/receive.ts';
import { makeRefresh } from '../../src/stream/refresh.ts';
import { makeSubscribe, makeUnsubscribe } from '../../src/stream/subscribe.ts';
import { gateway } from '../gateway.ts';
import { log, logger } from '../logger.ts';
import { ownAudit, systemEvents } from '../own-audit.ts';
import { tokenVerifier } from './token-verifier.ts';

const settings = readSettings();
const { limits } = settings;
const now = Date.now;
const subscriptions = makeSubscriptions({ call: sdkCall(), table: settings.connectionsTable, now });
const shared = { subscriptions, systemEvents, limits, now, log };
const receive = makeReceive({
  ...shared,
  calls: {
    hello: makeHello(shared),
    subscribe: makeSubscribe(shared),
    unsubscribe: makeUnsubscribe(shared),
    refresh: makeRefresh({ ...shared, verifyToken: tokenVerifier(settings) }),
  },
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
