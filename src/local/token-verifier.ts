/** Whose tokens open the stream: the configured issuer's, or at a development home its own. */
import { createLocalJWKSet } from 'jose';
import { makeIssuerKeys } from '../stream/auth/issuer-keys.ts';

import { makeVerifyToken, type VerifyToken } from '../stream/auth/verify-token.ts';
import type { Limits } from '../stream/limits.ts';
import { AUDIENCE, type DevelopmentIssuer } from './development/issuer.ts';
import type { Trust } from './home-options.ts';

export function tokenVerifier(
  trust: Trust,
  home: {
    readonly issuerUrl: string;
    readonly issuer: DevelopmentIssuer | undefined;
    readonly now: () => number;
    readonly limits: Limits;
    readonly fetch: typeof globalThis.fetch | undefined;
  },
): VerifyToken {
  const { now, limits, fetch } = home;
  const clock = { now, leewayMs: limits.clockLeewayMs };
  if (trust.kind === 'development') {
    const keys = createLocalJWKSet(home.issuer?.jwks ?? { keys: [] });
    return makeVerifyToken({ issuer: home.issuerUrl, audience: AUDIENCE, keys, ...clock });
  }
  const { url, audience, tenantClaim = 'tenant_id', rolesClaim = 'roles' } = trust.issuer;
  return makeVerifyToken({
    issuer: url,
    audience,
    keys: makeIssuerKeys({ issuer: url, now, ...(fetch && { fetch }) }),
    claimNames: { tenant: tenantClaim, roles: rolesClaim },
    ...clock,
  });
}
