import { expect, test } from '@jest/globals';
import { AUDIENCE, aKey, anIssuer, aToken, ISSUER } from '../../stream/auth/an-issuer.ts';
import { BILLING } from '../a-closed-home.ts';
import { aHome } from '../a-home.ts';
import { aViewer, refused } from '../a-viewer.ts';

const now = Date.now();
const key = await aKey('first');
const stranger = await aKey('another');
const sameName = await aKey('first');
const none = [
  { alg: 'none' },
  { iss: ISSUER, aud: AUDIENCE, sub: 'ada', tenant_id: 'acme', exp: Math.floor(now / 1000) + 3600 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

const CASES: readonly (readonly [
  name: string,
  protocols: readonly string[],
  status: number,
  code: string,
])[] = [
  ['no token', ['audit-stream.v1'], 401, 'token_missing'],
  ['no protocol of ours', [`bearer.${await aToken(key, now)}`], 401, 'unsupported_protocol'],
  ['what is no token', ['audit-stream.v1', 'bearer.abc'], 401, 'malformed'],
  ['an expired token', of(await aToken(key, now - 7_200_000)), 401, 'expired'],
  ['another audience', of(await aToken(key, now, { aud: 'other' })), 401, 'wrong_audience'],
  ['another issuer', of(await aToken(key, now, { iss: 'https://evil.example' })), 401, 'wrong_issuer'],
  ['alg none', of(`${none}.`), 401, 'algorithm_not_allowed'],
  ['an unknown key id', of(await aToken(stranger, now)), 401, 'unknown_key'],
  ['another key of the same name', of(await aToken(sameName, now)), 401, 'bad_signature'],
  ['no tenant', of(await aToken(key, now, { tenant_id: undefined })), 403, 'tenant_claim_missing'],
  [
    'a tenant of another type',
    of(await aToken(key, now, { tenant_id: { id: 'acme' } })),
    403,
    'tenant_claim_invalid',
  ],
  [
    'a tenant that the token does not list',
    [...of(await aToken(key, now)), 'tenant.globex'],
    403,
    'tenant_not_listed',
  ],
  [
    'the reserved tenant for a viewer',
    of(await aToken(key, now, { tenant_id: 'audit-stream' })),
    403,
    'tenant_reserved',
  ],
];

test.each(CASES)(
  '%s is refused, and an event of the tenant audit-stream says so',
  async (_, protocols, status, code) => {
    const home = await aHome({
      issuer: { url: ISSUER, audience: AUDIENCE },
      producers: [BILLING],
      fetch: anIssuer(key).fetch,
    });
    const auditor = await aViewer(
      home.streamUrl,
      await aToken(key, now, { tenant_id: 'audit-stream', roles: ['auditor'] }),
    );
    await auditor.subscribe({ action: ['stream.denied'] });
    const answer = await refused(home.streamUrl, protocols);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(code);
    expect((await auditor.hear('event')).event).toMatchObject({
      tenantId: 'audit-stream',
      outcome: 'denied',
      reason: { code },
      context: { ip: '127.0.0.1' },
    });
  },
);

test("a browser of an origin that is not on the list is refused; the home's own is not", async () => {
  const home = await aHome({
    issuer: { url: ISSUER, audience: AUDIENCE },
    producers: [BILLING],
    fetch: anIssuer(key).fetch,
  });
  const protocols = of(await aToken(key, now));
  expect(await refused(home.streamUrl, protocols, { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
  await expect(refused(home.streamUrl, protocols, { origin: home.url })).rejects.toThrow('opened');
});

test('one connection too many of a tenant is refused with 429', async () => {
  const home = await aHome({
    issuer: { url: ISSUER, audience: AUDIENCE },
    producers: [BILLING],
    fetch: anIssuer(key).fetch,
    limits: { connectionsPerTenant: 1 },
  });
  const token = await aToken(key, now);
  const first = await aViewer(home.streamUrl, token);
  expect(await refused(home.streamUrl, of(token))).toMatchObject({ status: 429 });
  first.socket.terminate();
  await first.closed;
  await aViewer(home.streamUrl, await aToken(key, now, { tenant_id: 'globex' }));
});

test('what is no handshake for the stream is refused before anybody is asked', async () => {
  const home = await aHome();
  expect(await refused(home.streamUrl.replace('/stream', '/other'), ['audit-stream.v1'])).toMatchObject({
    status: 404,
  });
  expect((await fetch(`${home.url}/stream`)).status).toBe(404);
});

function of(token: string): readonly string[] {
  return ['audit-stream.v1', `bearer.${token}`];
}
