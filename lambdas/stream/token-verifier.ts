/** Who may see what: the issuer's tokens, checked with keys that a warm Lambda keeps. */

import type { readSettings } from '../../src/aws/settings.ts';
import { makeIssuerKeys } from '../../src/stream/auth/issuer-keys.ts';
import { makeVerifyToken, type VerifyToken } from '../../src/stream/auth/verify-token.ts';

/** Without an issuer nobody is let in: a deployment is closed until it is told whom to trust. */
export function tokenVerifier(settings: ReturnType<typeof readSettings>): VerifyToken {
  const { issuer, claimNames, limits } = settings;
  if (issuer === undefined) return async () => ({ kind: 'refused', status: 503, reason: 'keys_unavailable' });
  return makeVerifyToken({
    issuer,
    audience: settings.audience,
    keys: makeIssuerKeys({ issuer }),
    claimNames,
    leewayMs: limits.clockLeewayMs,
  });
}
