import { beforeAll, expect, test } from '@jest/globals';
import { makeIssuerKeys } from '../../../src/stream/auth/issuer-keys.ts';
import { makeVerifyToken } from '../../../src/stream/auth/verify-token.ts';
import { aClock } from '../memory-home.ts';
import { AUDIENCE, aKey, anIssuer, aToken, ISSUER, type Key } from './an-issuer.ts';

let first: Key;
let second: Key;
beforeAll(async () => {
  [first, second] = await Promise.all([aKey('first'), aKey('second')]);
});

function set(issuer: ReturnType<typeof anIssuer>) {
  const clock = aClock();
  const keys = makeIssuerKeys({ issuer: ISSUER, fetch: issuer.fetch, now: clock.now });
  const verify = makeVerifyToken({ issuer: ISSUER, audience: AUDIENCE, keys, now: clock.now });
  const reasonOf = async (key: Key) => {
    const verified = await verify(await aToken(key, clock.now()));
    return verified.kind === 'refused' ? verified.reason : 'verified';
  };
  return { clock, reasonOf };
}

test('the keys are asked for once, however many tokens come at once', async () => {
  const issuer = anIssuer(first);
  const { reasonOf } = set(issuer);
  expect(await Promise.all(Array.from({ length: 20 }, () => reasonOf(first)))).toEqual(
    Array(20).fill('verified'),
  );
  expect(issuer.requests).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/keys`]);
});

test('an unknown key id brings one new request, and no more until the cool-down has passed', async () => {
  const issuer = anIssuer(first);
  const { clock, reasonOf } = set(issuer);
  await reasonOf(first);
  clock.pass(30_000);
  for (let i = 0; i < 5; i++) expect(await reasonOf(second)).toBe('unknown_key');
  expect(issuer.requests).toHaveLength(4);
  issuer.keys.push(second);
  expect(await reasonOf(second)).toBe('unknown_key');
  clock.pass(30_000);
  expect(await reasonOf(second)).toBe('verified');
});

test('a key that the issuer has withdrawn stops counting when the keys are old', async () => {
  const issuer = anIssuer(first, second);
  const { clock, reasonOf } = set(issuer);
  await reasonOf(first);
  issuer.keys = [second];
  clock.pass(600_000);
  expect(await reasonOf(first)).toBe('unknown_key');
});

test('while the issuer is down the last good keys go on, and it is not asked at every token', async () => {
  const issuer = anIssuer(first);
  const { clock, reasonOf } = set(issuer);
  await reasonOf(first);
  issuer.down = true;
  clock.pass(3_600_000);
  const before = issuer.requests.length;
  for (let i = 0; i < 5; i++) expect(await reasonOf(first)).toBe('verified');
  expect(issuer.requests.length - before).toBe(1);
});

test('an issuer that was never reached is no proof against the token: it could not be checked', async () => {
  const issuer = anIssuer(first);
  issuer.down = true;
  const { clock, reasonOf } = set(issuer);
  expect(await reasonOf(first)).toBe('keys_unavailable');
  expect(await reasonOf(first)).toBe('keys_unavailable');
  expect(issuer.requests).toHaveLength(1);
  issuer.down = false;
  clock.pass(1_000);
  expect(await reasonOf(first)).toBe('verified');
});

test.each([
  [{ issuer: 'https://evil.example', jwks_uri: `${ISSUER}/keys` }],
  [{ issuer: ISSUER }],
  [{ issuer: ISSUER, jwks_uri: 'http://issuer.example/keys' }],
  [{ issuer: ISSUER, jwks_uri: 'file:///etc/keys' }],
])('a discovery document of %j gives no keys', async (discovery) => {
  const issuer = anIssuer(first);
  issuer.discovery = discovery;
  expect(await set(issuer).reasonOf(first)).toBe('keys_unavailable');
  expect(issuer.requests).toHaveLength(1);
});
