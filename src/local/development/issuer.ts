/** The development issuer: an OIDC issuer of this home's own, for the loopback only. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import type { Role } from '../../stream/ports.ts';
import { MEMORY } from '../store/database.ts';

export const AUDIENCE = 'audit-stream';

export interface TokenRequest {
  readonly tenants: readonly string[];
  readonly roles: readonly Role[];
  readonly subject: string;
  readonly name?: string;
  readonly expiresInSeconds: number;
}

export interface DevelopmentIssuer {
  readonly jwks: JSONWebKeySet;
  token(
    issuer: string,
    request: TokenRequest,
    nowMs: number,
  ): Promise<{ readonly token: string; readonly expiresAtMs: number }>;
}

/** The key is kept in the data folder, so that viewers' tokens outlive a restart. */
export async function openDevelopmentIssuer(dataDir: string): Promise<DevelopmentIssuer> {
  const secret = dataDir === MEMORY ? await newKey() : await keyIn(join(dataDir, 'development-issuer.json'));
  const key = await importJWK(secret, 'EdDSA');
  const { d: _, ...open } = secret;
  return {
    jwks: { keys: [open] },
    async token(issuer, { tenants, roles, subject, name, expiresInSeconds }, nowMs) {
      const issuedAt = Math.floor(nowMs / 1000);
      const token = await new SignJWT({
        tenant_id: tenants.length === 1 ? tenants[0] : tenants,
        roles,
        ...(name !== undefined && { name }),
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: secret.kid ?? '' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresInSeconds)
        .sign(key);
      return { token, expiresAtMs: (issuedAt + expiresInSeconds) * 1000 };
    },
  };
}

async function keyIn(path: string): Promise<JWK> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JWK;
  } catch {
    const key = await newKey();
    writeFileSync(path, JSON.stringify(key), { mode: 0o600 });
    return key;
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'EdDSA', use: 'sig' };
}
