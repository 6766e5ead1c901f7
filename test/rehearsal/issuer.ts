/** An OIDC issuer on this machine, for the Lambdas of a rehearsal to find by discovery. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUDIENCE, aKey, aToken } from '../stream/auth/an-issuer.ts';

export interface Issuer {
  readonly url: string;
  readonly audience: string;
  /** Good for an hour. */
  token(tenant: string | readonly string[], roles?: readonly string[]): Promise<string>;
  close(): void;
}

export async function startIssuer(): Promise<Issuer> {
  const key = await aKey('rehearsal');
  const server = createServer((request, response) => {
    const body = request.url === '/keys' ? { keys: [key.jwk] } : { issuer: url, jwks_uri: `${url}/keys` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    audience: AUDIENCE,
    token: (tenant, roles = ['viewer']) =>
      aToken(key, Date.now(), { iss: url, tenant_id: tenant, roles, sub: `viewer-of-${tenant}` }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
