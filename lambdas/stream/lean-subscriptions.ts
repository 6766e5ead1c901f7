/** Subscriptions without the SDK, for the Lambdas whose start counts. */
import { leanCall } from '../../src/aws/dynamo/lean-call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { readSettings } from '../../src/aws/settings.ts';

export const settings = readSettings();
const client = makeSignedClient({
  endpoint: endpointOf('dynamodb'),
  service: 'dynamodb',
  region: regionOf(),
});
client.openAhead();

export const subscriptions = makeSubscriptions({
  call: leanCall({ client }),
  table: settings.connectionsTable,
  now: Date.now,
});
