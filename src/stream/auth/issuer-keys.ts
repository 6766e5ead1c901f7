/** An OIDC issuer's public keys: found by discovery, cached, rotated; while the issuer is down the last good ones go on. */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface IssuerKeysOptions {
  /** The issuer, exactly as tokens name it in `iss`. */
  readonly issuer: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
  /** How old keys may get before they are asked for again: a withdrawn key counts no longer than this. */
  readonly maxAgeMs?: number;
  /** Shortest time between two requests, whatever key ids callers invent. */
  readonly cooldownMs?: number;
  readonly timeoutMs?: number;
}

/** The issuer cannot be reached and no keys were ever had: trying later may help. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** Finds the key of a token's header. Throws jose's `JWKSNoMatchingKey` for an unknown one.
 * https://openid.net/specs/openid-connect-discovery-1_0.html */
export function makeIssuerKeys(options: IssuerKeysOptions): JWTVerifyGetKey {
  const { issuer, now = Date.now, maxAgeMs = 600_000, cooldownMs = 30_000, timeoutMs = 5_000 } = options;
  const request = options.fetch ?? fetch;
  let held: { find: ReturnType<typeof createLocalJWKSet>; atMs: number } | undefined;
  let failedAtMs: number | undefined;
  let loading: Promise<void> | undefined;

  const load = () => {
    loading ??= fetchKeys(request, issuer, timeoutMs)
      .then(createLocalJWKSet)
      .then(
        (find) => {
          held = { find, atMs: now() };
          failedAtMs = undefined;
        },
        (cause) => {
          failedAtMs = now();
          if (!held) throw new KeysUnavailableError(`the keys of ${issuer} cannot be had`, { cause });
        },
      )
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  const mayAsk = (waitMs: number) =>
    now() - Math.max(held?.atMs ?? -Infinity, failedAtMs ?? -Infinity) >= waitMs;

  return async (header, token) => {
    if (!held) {
      if (!loading && !mayAsk(Math.min(1_000, cooldownMs)))
        throw new KeysUnavailableError(`the keys of ${issuer} could not be had a moment ago`);
      await load();
    } else if (now() - held.atMs >= maxAgeMs && mayAsk(cooldownMs)) await load();
    if (!held) throw new KeysUnavailableError(`the keys of ${issuer} cannot be had`);
    try {
      return await held.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk(cooldownMs)) throw error;
      await load();
      return await held.find(header, token);
    }
  };
}

async function fetchKeys(request: typeof fetch, issuer: string, timeoutMs: number): Promise<JSONWebKeySet> {
  const found = await getJson(
    request,
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    timeoutMs,
  );
  if (found.issuer !== issuer)
    throw new Error(`the discovery document of ${issuer} names another issuer: check the setting`);
  if (typeof found.jwks_uri !== 'string' || !mayCarryKeys(found.jwks_uri, issuer))
    throw new Error(`the discovery document of ${issuer} has no jwks_uri over https`);
  const jwks = await getJson(request, found.jwks_uri, timeoutMs);
  if (!Array.isArray(jwks.keys)) throw new Error(`the key set of ${issuer} has no list of keys`);
  return jwks as unknown as JSONWebKeySet;
}

/** Plain http only where the issuer itself is plain http: the development issuer on this machine. */
function mayCarryKeys(uri: string, issuer: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'));
}

async function getJson(
  request: typeof fetch,
  url: string,
  timeoutMs: number,
): Promise<Record<string, unknown>> {
  const response = await request(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const value: unknown = await response.json();
  if (typeof value !== 'object' || value === null) throw new Error(`${url} answered no JSON object`);
  return value as Record<string, unknown>;
}
