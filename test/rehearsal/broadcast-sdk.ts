/** The `broadcast` Lambda as it would be with the AWS SDK's clients: what the lean sender is measured against. */

import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import middy from '@middy/core';
import { log, logger } from '../../lambdas/logger.ts';
import { acceptedAtMsOf } from '../../src/aws/accepted-at.ts';
import { sdkCall } from '../../src/aws/dynamo/sdk-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { readSettings } from '../../src/aws/settings.ts';
import type { BusEvent } from '../../src/domain/bus-event.ts';
import { makeBroadcast } from '../../src/stream/broadcast.ts';
import { makeFanOut } from '../../src/stream/fan-out.ts';
import type { Gateway } from '../../src/stream/ports.ts';
import { makeSubscriptionIndex } from '../../src/stream/subscription-index.ts';

const settings = readSettings();
const { limits } = settings;
const now = Date.now;
const client = new ApiGatewayManagementApiClient({ endpoint: settings.managementEndpoint });
const gateway: Pick<Gateway, 'send'> = {
  async send(ConnectionId, Data) {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
      return 'sent';
    } catch (error) {
      return (error as Error).name === 'GoneException' ? 'gone' : 'failed';
    }
  },
};
const subscriptions = makeSubscriptions({ call: sdkCall(), table: settings.connectionsTable, now });
const broadcast = makeBroadcast({
  index: makeSubscriptionIndex({ subscriptions, maxTenants: limits.indexedTenants, now, log }),
  fanOut: makeFanOut({ subscriptions, gateway, sendDeadlineMs: limits.sendDeadlineMs, log }),
  limits,
  now,
  log,
});

export const handler = middy<BusEvent>()
  .use(injectLambdaContext(logger))
  .handler(async (event: BusEvent) => {
    await broadcast(event, acceptedAtMsOf(event, now()));
  });
