/** `$disconnect`: takes the connection's rows away. API Gateway calls it as well as it can, so rows also expire. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { readSettings } from '../../src/aws/settings.ts';
import type { WebSocketEvent } from '../../src/aws/websocket-event.ts';
import { logger } from '../logger.ts';

const settings = readSettings();
const subscriptions = makeSubscriptions({
  call: sdkCall(),
  table: settings.connectionsTable,
  now: Date.now,
});

export const handler = middy<WebSocketEvent>()
  .use(injectLambdaContext(logger))
  .handler(async ({ requestContext }: WebSocketEvent) => {
    await subscriptions.close(requestContext.connectionId);
    return { statusCode: 200 };
  });
