/** `$connect`: lets a viewer in or says why not, before there is a connection. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { connectRequestOf, type WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { makeConnect } from '../../src/stream/connect.ts';
import { log, logger } from '../logger.ts';
import { ownAudit, systemEvents } from '../own-audit.ts';
import { tokenVerifier } from './token-verifier.ts';

const settings = readSettings();
const now = Date.now;
const connect = makeConnect({
  subscriptions: makeSubscriptions({ call: sdkCall(), table: settings.connectionsTable, now }),
  verifyToken: tokenVerifier(settings),
  systemEvents,
  origins: settings.allowedOrigins,
  limits: settings.limits,
  now,
  log,
});

export const handler = middy<WebSocketEvent>()
  .use(ownAudit)
  .use(injectLambdaContext(logger))
  .handler(async (event: WebSocketEvent) => {
    const answer = await connect(connectRequestOf(event));
    await systemEvents.settled();
    if (answer.kind === 'refused') return { statusCode: answer.status, body: answer.reason };
    return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': answer.protocol } };
  });
