/** Checks a viewer's JWT against the issuer's keys; what is wrong with it is a value, for the log and the audit. */
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { MAX_TOKEN_CHARS } from '../../domain/protocol/fields.ts';
import type { Principal } from '../ports.ts';
import { KeysUnavailableError } from './issuer-keys.ts';
import { type ClaimNames, type PrincipalRefusal, principalOf } from './principal.ts';

export type TokenRefusal =
  | 'malformed'
  | 'algorithm_not_allowed'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'missing_claim'
  | 'keys_unavailable'
  | 'invalid'
  | PrincipalRefusal;

export type Verified =
  | { readonly kind: 'verified'; readonly principal: Principal }
  | {
      readonly kind: 'refused';
      /** 401: the token proves nothing; 403: it proves who, but not this; 503: it could not be checked. */
      readonly status: 401 | 403 | 503;
      readonly reason: TokenRefusal;
      /** Who it is, where the token was good and only its rights were not. */
      readonly subject?: string;
    };

/** `tenantId`: the one that the connection picked, if it did. */
export type VerifyToken = (token: string, tenantId?: string) => Promise<Verified>;

export interface VerifyTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** `makeIssuerKeys(…)`, or jose's `createLocalJWKSet(…)` for keys at hand. */
  readonly keys: JWTVerifyGetKey;
  readonly claimNames?: ClaimNames;
  readonly now?: () => number;
  readonly leewayMs?: number;
}

/** Only signatures by public keys: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

export function makeVerifyToken(options: VerifyTokenOptions): VerifyToken {
  const { issuer, audience, keys, claimNames, now = Date.now, leewayMs = 5_000 } = options;
  return async (token, tenantId) => {
    if (token.length > MAX_TOKEN_CHARS) return { kind: 'refused', status: 401, reason: 'malformed' };
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: leewayMs / 1000,
        currentDate: new Date(now()),
      });
      const found = principalOf(payload, tenantId, claimNames);
      if (found.kind === 'principal') return { kind: 'verified', principal: found.principal };
      return { ...found, status: 403 };
    } catch (error) {
      const reason = reasonOf(error);
      return { kind: 'refused', status: reason === 'keys_unavailable' ? 503 : 401, reason };
    }
  };
}

function reasonOf(error: unknown): TokenRefusal {
  if (error instanceof KeysUnavailableError) return 'keys_unavailable';
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm_not_allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'unknown_key';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed';
  return 'invalid';
}

function claimReason({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefusal {
  if (reason === 'missing') return 'missing_claim';
  if (claim === 'iss') return 'wrong_issuer';
  if (claim === 'aud') return 'wrong_audience';
  if (claim === 'nbf') return 'not_yet_valid';
  return 'invalid';
}
