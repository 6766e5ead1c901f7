/** An OIDC issuer in memory: real keys, real tokens, a discovery document and a key set behind a `fetch`. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'audit-stream';

export async function aKey(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}
export type Key = Awaited<ReturnType<typeof aKey>>;

/** `keys` and `down` may change while a test runs; `requests` counts what was asked for. */
export function anIssuer(...keys: Key[]) {
  const issuer = {
    keys,
    down: false,
    discovery: { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` } as Record<string, unknown>,
    requests: [] as string[],
    fetch: (async (input: string | URL | Request) => {
      issuer.requests.push(String(input));
      if (issuer.down) throw new TypeError('fetch failed');
      const body = String(input).endsWith('/keys')
        ? { keys: issuer.keys.map(({ jwk }) => jwk) }
        : issuer.discovery;
      return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    }) as typeof fetch,
  };
  return issuer;
}

/** A token of Ada of acme for an hour from `nowMs`, but for what the test says. */
export function aToken(
  key: Key,
  nowMs: number,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = Math.floor(nowMs / 1000);
  return new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ada',
    tenant_id: 'acme',
    iat: seconds,
    exp: seconds + 3_600,
    ...claims,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey);
}
