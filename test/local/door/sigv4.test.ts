import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { checkSignature, type SignedRequest } from '../../../src/local/door/sigv4.ts';

const KEY = {
  accessKeyId: 'AKTEST',
  secretAccessKey: 'a-secret-that-is-long',
  tenants: '*',
  sources: '*',
} as const;
const NOW = Date.UTC(2026, 10, 1, 12);

/** What the SDK's signer needs of a hash. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

async function signed(
  body: string,
  {
    path = '/',
    query = {},
    headers = {},
    service = 'events',
    atMs = NOW,
    secret = KEY.secretAccessKey,
  }: {
    path?: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    service?: string;
    atMs?: number;
    secret?: string;
  } = {},
): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials: { accessKeyId: KEY.accessKeyId, secretAccessKey: secret },
    sha256: Sha256 as never,
  });
  const request = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 4100,
      path,
      query,
      headers: { host: '127.0.0.1:4100', ...headers },
      body,
    },
    { signingDate: new Date(atMs) },
  );
  const encoded = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return {
    method: 'POST',
    url: encoded.length > 0 ? `${path}?${encoded.join('&')}` : path,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(body),
  };
}

const check = (request: SignedRequest, nowMs = NOW) =>
  checkSignature(request, [{ ...KEY, accessKeyId: 'AKOTHER' }, KEY], nowMs);

test('what the SDK signs is valid, whatever the body, the query and the headers are', async () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).map((text) => `x-${text}`);
  const value = fc.string({ unit: fc.constantFrom('a', 'B', '1', ' ', '  ', ',', '=', '/', '"') });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.dictionary(name, value),
      fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
      async (body, headers, query) => {
        fc.pre(
          Object.entries(query)
            .flat()
            // The signer keeps names in a plain object, and loses this one.
            .every((text) => text.isWellFormed() && text !== '__proto__'),
        );
        expect(check(await signed(body.toWellFormed(), { headers, query }))).toMatchObject({
          kind: 'valid',
          key: KEY,
        });
      },
    ),
  );
});

test('one changed byte of body, path, query, signed header or signature makes it invalid', async () => {
  const good = await signed('{"a":1}', {
    query: { q: '1' },
    headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
  });
  const authorization = String(good.headers.authorization);
  const changed: SignedRequest[] = [
    { ...good, body: Buffer.from('{"a":2}') },
    { ...good, method: 'PUT' },
    { ...good, url: '/other?q=1' },
    { ...good, url: '/?q=2' },
    { ...good, headers: { ...good.headers, 'x-amz-target': 'AWSEvents.PutRule' } },
    { ...good, headers: { ...good.headers, host: 'evil.example' } },
    {
      ...good,
      headers: {
        ...good.headers,
        authorization: authorization.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      },
    },
    { ...good, headers: { ...good.headers, authorization: authorization.replace('eu-west-1', 'us-east-1') } },
  ];
  expect(check(good).kind).toBe('valid');
  for (const request of changed)
    expect(check(request)).toMatchObject({ kind: 'invalid', code: 'InvalidSignatureException' });
});

test('another secret, an unknown key, another service, no signature, half a signature: each has its code', async () => {
  const good = await signed('{}');
  expect(check(await signed('{}', { secret: 'not-the-secret-of-it' }))).toMatchObject({
    code: 'InvalidSignatureException',
  });
  expect(check(await signed('{}', { service: 's3' }))).toMatchObject({ code: 'UnrecognizedClientException' });
  expect(checkSignature(good, [], NOW)).toMatchObject({ code: 'UnrecognizedClientException' });
  expect(check({ ...good, headers: {} })).toMatchObject({ code: 'MissingAuthenticationToken' });
  for (const authorization of [
    'Basic YTpi',
    'AWS4-HMAC-SHA256 Credential=a/b/c',
    String(good.headers.authorization).replace('host;', ''),
  ]) {
    expect(check({ ...good, headers: { ...good.headers, authorization } })).toMatchObject({
      kind: 'invalid',
    });
  }
});

test('a signature counts for five minutes before and after', async () => {
  const good = await signed('{}');
  expect(check(good, NOW + 5 * 60_000).kind).toBe('valid');
  expect(check(good, NOW - 5 * 60_000).kind).toBe('valid');
  expect(check(good, NOW + 5 * 60_000 + 1_000)).toMatchObject({ code: 'InvalidSignatureException' });
  expect(check(good, NOW - 5 * 60_000 - 1_000)).toMatchObject({ code: 'InvalidSignatureException' });
});
