/** How a Lambda speaks to viewers: `@connections`, through the lean signed client. */
import { makeConnectionsGateway } from '../src/aws/connections-gateway.ts';
import { regionOf } from '../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../src/aws/http/signed-client.ts';
import { readSettings } from '../src/aws/settings.ts';
import { log } from './logger.ts';

export const gateway = makeConnectionsGateway({
  client: makeSignedClient({
    endpoint: readSettings().managementEndpoint,
    service: 'execute-api',
    region: regionOf(),
  }),
  log,
});
