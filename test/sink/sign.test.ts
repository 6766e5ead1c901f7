/** Signed requests against the SDK's signer, for each service as the SDK has it. */
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode } from '../../src/sigv4/canonical.ts';
import type { Credentials } from '../../src/sigv4/credentials.ts';
import { makeSend } from '../../src/sink/send.ts';
import { makeSign } from '../../src/sink/sign.ts';
import type { SinkRequest } from '../../src/sink/sink.ts';
import { aVendor } from './a-vendor.ts';
import { CREDENTIALS, isSignedWell, signedBySdk } from './signed-by-sdk.ts';

const SERVICES = ['s3', 'aoss', 'es', 'sns'] as const;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const word = fc.stringMatching(/^[A-Za-z0-9 =:@!'()*._~%ż-]{1,16}$/).filter((text) => !/^\.+$/.test(text));

test('requests are signed as the SDK signs them, for S3, both OpenSearch services and SNS', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        service: fc.constantFrom(...SERVICES),
        region: fc.constantFrom('eu-central-1', 'us-gov-east-1', 'cn-north-1'),
        method: fc.constantFrom('GET', 'POST', 'PUT'),
        path: fc.array(word, { maxLength: 5 }),
        query: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), word, { maxKeys: 3, noNullPrototype: true }),
        headers: fc.dictionary(
          fc.stringMatching(/^(x-amz-meta|x-own)-[a-z]{1,8}$/),
          fc.stringMatching(/^[ -~]{1,30}$/),
          { maxKeys: 3, noNullPrototype: true },
        ),
        body: fc.uint8Array({ maxLength: 300 }),
        sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 1_200 }), { nil: undefined }),
        atMs: fc.integer({ min: 0, max: 4e12 }),
      }),
      async ({ service, region, method, path, query, headers, body, sessionToken, atMs }) => {
        const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
        const url = `https://bucket.example.com/${path.map(encode).join('/')}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
        const keys: Credentials = {
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: 'secret',
          ...(sessionToken !== undefined && { sessionToken }),
        };
        const bytes = Buffer.from(body);
        const request = { method: method as 'GET', url, headers, body: '', gzip: false };

        const sign = makeSign({ credentials: () => keys, now: () => atMs });
        const ours = sign({ ...request, sign: { service, region } }, headers, bytes);

        const checksum = ours['x-amz-checksum-sha256'];
        const withChecksum = { ...headers, ...(checksum && { 'x-amz-checksum-sha256': checksum }) };
        const toSign = { method, url, headers: withChecksum, bytes, atMs };
        const theirs = await signedBySdk({ service, region }, toSign, keys);
        expect(ours.authorization).toBe(theirs.authorization);
        expect(ours['x-amz-content-sha256']).toBe(theirs['x-amz-content-sha256']);
        expect(checksum !== undefined).toBe(service === 's3');
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each(SERVICES)('%s: what arrives, zipped or not, is what was signed', async (service) => {
  const vendor = await aVendor(() => ({ status: 200 }));
  const send = makeSend({ credentials: () => CREDENTIALS });
  open.push(send, vendor);
  const sign = { service, region: 'eu-west-1' };
  const post = (body: string, gzip: SinkRequest['gzip']) =>
    send(
      { method: 'POST', url: `${vendor.url}/a%20b?c=d`, headers: { 'x-own': '1' }, body, gzip, sign },
      5_000,
    );
  await post('ż'.repeat(5_000), true);
  await post('small', 'always');
  await post('small', true);

  expect(vendor.taken.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'gzip', undefined]);
  for (const taken of vendor.taken) {
    const [, names = ''] = /SignedHeaders=([^,]+)/.exec(taken.headers.authorization ?? '') ?? [];
    expect(names.split(';')).toEqual(
      expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-own']),
    );
    expect(await isSignedWell(taken, sign)).toBe(true);
    expect(await isSignedWell({ ...taken, bytes: Buffer.from('other') }, sign)).toBe(false);
  }
});

test('without keys nothing is sent, and the reason says so', async () => {
  const vendor = await aVendor(() => ({ status: 200 }));
  const send = makeSend({
    credentials: () => {
      throw new Error('AWS_ACCESS_KEY_ID is not set');
    },
  });
  open.push(send, vendor);
  const request = { method: 'PUT', url: vendor.url, headers: {}, body: 'x', gzip: false } as const;
  expect(await send({ ...request, sign: { service: 's3', region: 'eu-west-1' } }, 5_000)).toEqual({
    kind: 'unanswered',
    reason: 'no_aws_credentials',
  });
  expect(vendor.taken).toEqual([]);
  expect(await send(request, 5_000)).toMatchObject({ status: 200 });
});

test('keys are asked for each time: those of the next hour are other ones', async () => {
  const vendor = await aVendor(() => ({ status: 200 }));
  let hour = 0;
  const send = makeSend({ credentials: () => ({ accessKeyId: `AKID${++hour}`, secretAccessKey: 's' }) });
  open.push(send, vendor);
  const sign = { service: 'es', region: 'eu-west-1' } as const;
  for (let i = 0; i < 2; i++)
    await send({ method: 'GET', url: vendor.url, headers: {}, body: '', gzip: false, sign }, 5_000);
  expect(
    vendor.taken.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1]),
  ).toEqual(['AKID1', 'AKID2']);
});
