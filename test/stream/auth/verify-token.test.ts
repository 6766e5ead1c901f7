import { beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, SignJWT } from 'jose';
import { makeVerifyToken, type VerifyToken } from '../../../src/stream/auth/verify-token.ts';
import { START_MS } from '../memory-home.ts';
import { AUDIENCE, aKey, aToken, ISSUER, type Key } from './an-issuer.ts';

const SECONDS = START_MS / 1000;
type Claims = Readonly<Record<string, unknown>>;
let key: Key;
let verify: VerifyToken;
beforeAll(async () => {
  key = await aKey('k1');
  const keys = createLocalJWKSet({ keys: [key.jwk] });
  verify = makeVerifyToken({ issuer: ISSUER, audience: AUDIENCE, keys, now: () => START_MS });
});

const verified = async (claims: Claims, tenantId?: string) =>
  verify(await aToken(key, START_MS, claims), tenantId);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a good token says who, for which tenant, in which roles and until when', async () => {
  expect(await verified({ name: 'Ada', roles: ['auditor', 'chef'] })).toEqual({
    kind: 'verified',
    principal: {
      subject: 'ada',
      name: 'Ada',
      tenantId: 'acme',
      roles: ['auditor'],
      tokenExpiresAtMs: START_MS + 3_600_000,
    },
  });
});

test.each(['RS256', 'ES256', 'EdDSA'])('%s is taken', async (alg) => {
  const other = await aKey('k2', alg);
  const keys = createLocalJWKSet({ keys: [other.jwk] });
  const check = makeVerifyToken({ issuer: ISSUER, audience: AUDIENCE, keys, now: () => START_MS });
  expect(await check(await aToken(other, START_MS))).toMatchObject({ kind: 'verified' });
});

test.each<[string, Claims, string]>([
  ['another issuer', { iss: 'https://evil.example' }, 'wrong_issuer'],
  ['another audience', { aud: 'someone-else' }, 'wrong_audience'],
  ['no audience', { aud: undefined }, 'missing_claim'],
  ['its time over', { exp: SECONDS - 6 }, 'expired'],
  ['its time to come', { nbf: SECONDS + 6 }, 'not_yet_valid'],
  ['no end', { exp: undefined }, 'missing_claim'],
  ['no subject', { sub: undefined }, 'missing_claim'],
])('a token with %s proves nothing: 401', async (_, claims, reason) => {
  expect(await verified(claims)).toEqual({ kind: 'refused', status: 401, reason });
});

test('a few seconds of difference between the clocks are forgiven', async () => {
  expect(await verified({ exp: SECONDS - 4 })).toMatchObject({ kind: 'verified' });
  expect(await verified({ nbf: SECONDS + 4 })).toMatchObject({ kind: 'verified' });
});

test('alg none, shared secrets, foreign keys and junk are refused', async () => {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', tenant_id: 'acme', exp: SECONDS + 60 };
  const secret = new TextEncoder().encode(JSON.stringify(key.jwk));
  const hs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
  const foreign = await aKey('k1');
  const good = await aToken(key, START_MS);
  const [header, payload, signature] = good.split('.');
  const reasons = [
    [`${base64({ alg: 'none', kid: 'k1' })}.${base64(claims)}.`, 'algorithm_not_allowed'],
    [`${base64({ alg: 'None' })}.${base64(claims)}.`, 'algorithm_not_allowed'],
    [hs256, 'algorithm_not_allowed'],
    [await aToken(foreign, START_MS), 'bad_signature'],
    [await aToken({ ...key, kid: 'k9' }, START_MS), 'unknown_key'],
    [`${header}.${base64(claims)}.${signature}`, 'bad_signature'],
    [`${header}.${payload}`, 'malformed'],
    ['', 'malformed'],
    ['a.b.c', 'malformed'],
    [`${good}${'x'.repeat(9_000)}`, 'malformed'],
  ] as const;
  for (const [token, reason] of reasons)
    expect(await verify(token)).toEqual({ kind: 'refused', status: 401, reason });
});

test.each<[string, Claims, string | undefined, string]>([
  ['no tenant', { tenant_id: undefined }, undefined, 'tenant_claim_missing'],
  ['a tenant that is a number', { tenant_id: 7 }, undefined, 'tenant_claim_invalid'],
  ['a tenant that is an object', { tenant_id: { id: 'acme' } }, undefined, 'tenant_claim_invalid'],
  ['an empty list of tenants', { tenant_id: [] }, undefined, 'tenant_claim_invalid'],
  ['a number among its tenants', { tenant_id: ['acme', 7] }, 'acme', 'tenant_claim_invalid'],
  ['a tenant of another syntax', { tenant_id: 'a#b' }, undefined, 'tenant_claim_invalid'],
  ['several tenants and none picked', { tenant_id: ['acme', 'globex'] }, undefined, 'tenant_not_chosen'],
  ['a pick that it does not list', { tenant_id: ['acme', 'globex'] }, 'initech', 'tenant_not_listed'],
  ['a pick beside its only tenant', {}, 'globex', 'tenant_not_listed'],
  ['the reserved tenant for a viewer', { tenant_id: 'audit-stream' }, undefined, 'tenant_reserved'],
  ['roles that are a number', { roles: 1 }, undefined, 'roles_claim_invalid'],
  ['roles that are an object', { roles: { operator: true } }, undefined, 'roles_claim_invalid'],
])('a token with %s proves who, but not this: 403', async (_, claims, tenantId, reason) => {
  expect(await verified(claims, tenantId)).toEqual({ kind: 'refused', status: 403, reason, subject: 'ada' });
});

test('a token of several tenants serves the one that is picked', async () => {
  expect(await verified({ tenant_id: ['acme', 'globex'] }, 'globex')).toMatchObject({
    principal: { tenantId: 'globex' },
  });
});

test.each([['operator'], ['auditor']])(
  'the reserved tenant is open to an %s whose token lists it',
  async (role) => {
    expect(
      await verified({ tenant_id: ['acme', 'audit-stream'], roles: [role] }, 'audit-stream'),
    ).toMatchObject({
      principal: { tenantId: 'audit-stream' },
    });
  },
);

test('the claims may have other names, and a role may be a string', async () => {
  const keys = createLocalJWKSet({ keys: [key.jwk] });
  const check = makeVerifyToken({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys,
    now: () => START_MS,
    claimNames: { tenant: 'https://example.com/org', roles: 'scope' },
  });
  const token = await aToken(key, START_MS, {
    tenant_id: undefined,
    'https://example.com/org': 'globex',
    scope: 'openid operator',
  });
  expect(await check(token)).toMatchObject({ principal: { tenantId: 'globex', roles: ['operator'] } });
});

test('a name that every object inherits is no claim', async () => {
  const keys = createLocalJWKSet({ keys: [key.jwk] });
  const check = makeVerifyToken({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys,
    now: () => START_MS,
    claimNames: { tenant: 'constructor', roles: 'roles' },
  });
  expect(await check(await aToken(key, START_MS))).toMatchObject({ reason: 'tenant_claim_missing' });
});
