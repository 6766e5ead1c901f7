import { createHmac, hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { requestBody } from '../../src/aws/http/request-body.ts';
import { encode } from '../../src/sigv4/canonical.ts';
import { makeHmac } from '../../src/sigv4/hmac.ts';
import { makeSigner, signedHeaders } from '../../src/sigv4/signer.ts';
import { Sha256 } from '../aws/a-management-api.ts';

const segment = fc.oneof(
  fc.constantFrom('@connections', 'L0SM9cOFvHcCIhw=', '.', '..', '', '%', '$default', "a!'()*b", 'a b'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.base64String({ maxLength: 20 }),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.constantFrom('=', '&', '+', '%3D', '~', '*', "'", '/', '?'),
);
/** The SDK's signer loses a parameter of the name `__proto__`. */
const parameterName = text.filter((name) => name !== '__proto__');
const headerName = fc
  .stringMatching(/^x-[a-z][a-z0-9-]{0,15}$/)
  .filter((name) => !name.startsWith('x-amz-') && name !== 'x-amzn-trace-id');
const headerValue = fc.stringMatching(/^[ -~]{1,30}$/);
const token = fc.base64String({ minLength: 4, maxLength: 1_200 });

test('signatures are those of the SDKs, whatever is signed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
        segments: fc.array(segment, { maxLength: 5 }),
        query: fc.uniqueArray(fc.tuple(parameterName, text), { maxLength: 4, selector: ([name]) => name }),
        headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
        body: fc.string({ unit: 'binary', maxLength: 200 }),
        service: fc.constantFrom('execute-api', 'dynamodb', 's3', 'es', 'aoss', 'a-very-long-service-name'),
        region: fc.constantFrom('eu-central-1', 'us-gov-east-1', 'cn-north-1'),
        secret: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 }),
        sessionToken: fc.option(token, { nil: undefined }),
        atMs: fc.integer({ min: 0, max: 4e12 }),
      }),
      async ({ method, segments, query, headers, body, service, region, secret, sessionToken, atMs }) => {
        const host = 'abc.execute-api.eu-central-1.amazonaws.com';
        const credentials = {
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: secret,
          ...(sessionToken ? { sessionToken } : {}),
        };
        // `.` and `..` stay as they are, as in a path that nobody encoded.
        const path = `/${segments.map(encode).join('/')}`;
        const target =
          query.length > 0 ? `${path}?${query.map(([k, v]) => `${encode(k)}=${encode(v)}`).join('&')}` : path;
        const theirs = await new SignatureV4({
          credentials,
          region,
          service,
          sha256: Sha256,
          applyChecksum: false,
          // As the SDK's client of S3 has it.
          uriEscapePath: service !== 's3',
        }).sign(
          {
            method,
            protocol: 'https:',
            hostname: host,
            path,
            query: Object.fromEntries(query),
            headers: { ...headers, host },
            body,
          },
          { signingDate: new Date(atMs) },
        );

        const options = {
          service,
          region,
          host,
          headers,
          credentials: () => credentials,
          now: () => atMs,
        };
        const sign = makeSigner(options);
        const lines = sign(method, target, requestBody(body).sha256).split('\r\n');

        const ours = Object.fromEntries(
          lines
            .slice(0, -1)
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        expect(ours.authorization).toBe(theirs.headers.authorization);
        expect(ours['x-amz-date']).toBe(theirs.headers['x-amz-date']);
        expect(ours['x-amz-security-token']).toBe(theirs.headers['x-amz-security-token']);
        expect(sign(method, target, requestBody(body).sha256)).toBe(lines.join('\r\n'));
        expect(signedHeaders(options, method, target, requestBody(body).sha256)).toEqual(ours);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('one signer follows the clock and new keys', () => {
  let nowMs = Date.UTC(2026, 10, 24, 23, 59, 59);
  let secretAccessKey = 'first';
  const options = {
    service: 'execute-api',
    region: 'eu-central-1',
    host: 'h',
    headers: {},
    credentials: () => ({ accessKeyId: 'id', secretAccessKey }),
    now: () => nowMs,
  };
  const kept = makeSigner(options);
  for (const change of [
    () => {},
    () => (nowMs += 1_000),
    () => (nowMs += 86_400_000),
    () => {
      nowMs += 1_000;
      secretAccessKey = 'second';
    },
  ]) {
    change();
    expect(kept('POST', '/a', requestBody('b').sha256)).toBe(
      makeSigner(options)('POST', '/a', requestBody('b').sha256),
    );
  }
});

test('the HMAC is the platform’s, for keys of any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.stringMatching(/^[ -~\n]{0,512}$/), (key, signed) => {
      const hmac = makeHmac(Buffer.from(key));
      const expected = createHmac('sha256', key).update(signed).digest('hex');
      expect([hmac(signed), hmac(signed)]).toEqual([expected, expected]);
    }),
  );
  expect(() => makeHmac(Buffer.alloc(32))('x'.repeat(513))).toThrow('513 characters');
});

test('a body is hashed and counted in bytes', () => {
  for (const body of ['', 'plain', 'größe 😀 \u2028', '\ud800']) {
    const bytes = Buffer.from(body);
    const made = requestBody(body);
    expect(Buffer.from(made.latin1, 'latin1')).toEqual(bytes);
    expect(made).toMatchObject({ length: bytes.length, sha256: hash('sha256', bytes, 'hex') });
  }
});
