/** The S3 sink by itself and over the wire: names, lines, headers, and what S3's answers mean. A store is in s3.real.test.ts. */
import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { s3 } from '../../src/sink/s3.ts';
import { makeSend } from '../../src/sink/send.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { faultsOf } from '../domain/mappers/ocsf/contract.ts';
import { aDelivery, aDestination, aMessage } from './a-delivery.ts';
import { aVendor, type Reply, type Taken } from './a-vendor.ts';
import { CREDENTIALS, isSignedWell } from './signed-by-sdk.ts';

const settings = {
  bucket: 'acme-audit',
  region: 'eu-west-1',
  prefix: 'audit',
  format: 'event',
  storageClass: 'STANDARD',
  kmsKey: undefined,
  bucketOwner: undefined,
  endpoint: undefined,
} as const;
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd';
const requestOf = (events: readonly AuditEvent[], more = {}) => {
  const all = { ...settings, ...more };
  return s3.request(
    events.map((event) => s3.item(event, all, 0) as { text: string; key: string }),
    all,
    0,
  );
};
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function aBucket(reply: (taken: Taken) => Reply = () => ({ status: 200 }), options = {}) {
  const vendor = await aVendor(reply);
  const send = makeSend({ credentials: () => CREDENTIALS });
  open.push(send, vendor);
  const { bucket, region } = settings;
  const destination = aDestination('s3', { bucket, region, endpoint: vendor.url, ...options });
  return { vendor, ...aDelivery(destination, { send }) };
}
const asMessages = (events: readonly AuditEvent[]) => events.map((event) => aMessage(event.id, event));
const linesOf = ({ bytes }: Taken) =>
  gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('the request is this', () => {
  const a = anAuditEvent({ id: 'a', occurredAt: '2026-11-24T23:59:59.999Z' });
  const b = anAuditEvent({ id: 'b', occurredAt: '2026-11-24T00:00:00.000Z' });
  const body = `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`;
  const name = hash('sha256', body).slice(0, 32);
  expect(requestOf([b, a])).toEqual({
    method: 'PUT',
    url: `https://acme-audit.s3.eu-west-1.amazonaws.com/audit/tenant%3Dacme/year%3D2026/month%3D11/day%3D24/${name}.ndjson.gz`,
    headers: { 'content-type': 'application/x-ndjson', 'if-none-match': '*' },
    body,
    gzip: 'always',
    sign: { service: 's3', region: 'eu-west-1' },
  });
});

test('the same events in any order are the same object, and other events another', () => {
  const occurredAt = '2026-11-24T12:00:00.000Z';
  const events = CORPUS.slice(0, 12).map((event) => ({ ...event, tenantId: 'acme', occurredAt }));
  const asIs = requestOf(events);
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: 1 }), (some) => {
      const { url, body } = requestOf(some);
      const isSame = some.length === events.length;
      expect(url === asIs.url).toBe(isSame);
      expect(body === asIs.body).toBe(isSame);
    }),
  );
});

test('class, key, owner and address are said as S3 wants them', () => {
  const { headers } = requestOf([anAuditEvent()], {
    storageClass: 'GLACIER_IR',
    kmsKey: KEY,
    bucketOwner: '123456789012',
  });
  expect(headers).toMatchObject({
    'x-amz-storage-class': 'GLACIER_IR',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': KEY,
    'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    'x-amz-expected-bucket-owner': '123456789012',
  });
  const hostOf = (more: object) => requestOf([anAuditEvent()], more).url.replace(/\/audit\/.*/, '');
  expect(hostOf({ bucket: 'audit.acme.com' })).toBe('https://s3.eu-west-1.amazonaws.com/audit.acme.com');
  expect(hostOf({ region: 'cn-north-1' })).toBe('https://acme-audit.s3.cn-north-1.amazonaws.com.cn');
  expect(hostOf({ endpoint: 'http://127.0.0.1:9000/' })).toBe('http://127.0.0.1:9000/acme-audit');
});

test('every real record is in the object of its tenant and day, once, in lines that anybody reads', async () => {
  const { vendor, deliver } = await aBucket();
  const outcomes = await deliver(asMessages(CORPUS));
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']));
  const found = vendor.taken.flatMap((taken) => {
    const [, tenant, year, month, day] =
      /^\/acme-audit\/audit\/tenant=([^/]+)\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/[0-9a-f]{32}\.ndjson\.gz$/.exec(
        decodeURIComponent(taken.path),
      ) ?? [];
    return linesOf(taken).map((event) => {
      expect([event.tenantId, event.occurredAt.slice(0, 10)]).toEqual([tenant, `${year}-${month}-${day}`]);
      return event;
    });
  });
  const sorted = (events: readonly AuditEvent[]) => [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(sorted(found)).toEqual(sorted(CORPUS));
  const partitions = new Set(CORPUS.map(({ tenantId, occurredAt }) => tenantId + occurredAt.slice(0, 10)));
  expect(vendor.taken).toHaveLength(partitions.size);
});

test('what arrives is signed for S3, over the zipped bytes, with their checksum', async () => {
  const { vendor, deliver } = await aBucket(undefined, { storageClass: 'STANDARD_IA' });
  await deliver([aMessage('a', { tenantId: 'a.b_c-D' })]);
  const [taken] = vendor.taken;
  if (!taken) throw new Error('nothing arrived');
  expect(await isSignedWell(taken, { service: 's3', region: 'eu-west-1' })).toBe(true);
  expect(taken.headers['x-amz-checksum-sha256']).toBe(
    Buffer.from(hash('sha256', taken.bytes, 'buffer')).toString('base64'),
  );
  expect(taken.headers['content-encoding']).toBe('gzip');
});

test('as CloudEvents each line is one', async () => {
  const { vendor, deliver } = await aBucket(undefined, { format: 'cloudevents' });
  await deliver([aMessage('a'), aMessage('b')]);
  const lines = vendor.taken.flatMap(linesOf);
  expect(lines.map(({ specversion }) => specversion)).toEqual(['1.0', '1.0']);
  expect(lines.map(({ data }) => data.id).sort()).toEqual(['a', 'b']);
});

test('as OCSF each line is a document that the schema finds valid', async () => {
  const { vendor, deliver } = await aBucket(undefined, { format: 'ocsf' });
  await deliver([aMessage('a'), aMessage('b')]);
  const lines = vendor.taken.flatMap(linesOf);
  expect(lines.map(({ metadata }) => metadata.uid).sort()).toEqual(['a', 'b']);
  for (const line of lines) expect(faultsOf(line)).toEqual([]);
});

test('an answer that is lost costs another request, not another object', async () => {
  let calls = 0;
  const { vendor, deliver } = await aBucket(({ body }) =>
    body !== '' && ++calls > 1 ? { status: 412, body: error('PreconditionFailed') } : 'reset-after-body',
  );
  const messages = ['a', 'b', 'c'].map((id) => aMessage(id, { occurredAt: '2026-11-24T12:00:00.000Z' }));
  expect(await deliver(messages)).toMatchObject(messages.map(() => ({ kind: 'retry' })));
  expect(await deliver(messages.toReversed())).toEqual(messages.map(() => ({ kind: 'delivered' })));
  expect(new Set(vendor.taken.map(({ path }) => path)).size).toBe(1);
  expect(vendor.taken.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
});

test('a tenant whose object cannot be written holds up no other', async () => {
  const { deliver } = await aBucket(({ path }) =>
    path.includes('tenant%3Dacme') ? { status: 500, body: error('InternalError') } : { status: 200 },
  );
  expect(
    (await deliver([aMessage('a'), aMessage('b', { tenantId: 'globex' }), aMessage('c')])).map(
      ({ kind }) => kind,
    ),
  ).toEqual(['retry', 'delivered', 'retry']);
});

const error = (code: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>m</Message>${more}</Error>`;

test.each([
  [503, error('SlowDown'), 'retry', 'http_503'],
  [500, error('InternalError'), 'retry', 'http_500'],
  [400, error('RequestTimeout'), 'retry', 'RequestTimeout'],
  [400, error('IncompleteBody'), 'retry', 'IncompleteBody'],
  [400, error('BadDigest'), 'retry', 'BadDigest'],
  [400, error('KMS.ThrottlingException'), 'retry', 'KMS.ThrottlingException'],
  [409, error('ConditionalRequestConflict'), 'retry', 'http_409'],
  [404, error('NoSuchBucket'), 'misconfigured', 'NoSuchBucket'],
  [403, error('AccessDenied'), 'misconfigured', 'AccessDenied'],
  [403, error('InvalidAccessKeyId'), 'misconfigured', 'InvalidAccessKeyId'],
  [403, error('SignatureDoesNotMatch'), 'misconfigured', 'SignatureDoesNotMatch'],
  [403, error('RequestTimeTooSkewed'), 'misconfigured', 'RequestTimeTooSkewed'],
  [400, error('ExpiredToken'), 'misconfigured', 'ExpiredToken'],
  [400, error('KMS.DisabledException'), 'misconfigured', 'KMS.DisabledException'],
  [501, error('NotImplemented'), 'misconfigured', 'NotImplemented'],
  [
    400,
    error('AuthorizationHeaderMalformed', '<Region>us-west-2</Region>'),
    'misconfigured',
    'AuthorizationHeaderMalformed: the bucket is in us-west-2',
  ],
  [400, error('AuthorizationHeaderMalformed'), 'misconfigured', 'AuthorizationHeaderMalformed'],
  [400, '<html>of a proxy', 'rejected', 'http_400'],
  [404, '<html>of a proxy', 'misconfigured', 'http_404'],
])('%i %j: %s', async (status, body, kind, reason) => {
  const { deliver } = await aBucket(() => ({ status, body }));
  expect(await deliver([aMessage('a')])).toMatchObject([{ kind, reason }]);
});

test.each([
  [301, error('PermanentRedirect'), 'PermanentRedirect: the bucket is in eu-central-1'],
  [307, error('TemporaryRedirect'), 'TemporaryRedirect: the bucket is in eu-central-1'],
  [301, '', 'http_301: the bucket is in eu-central-1'],
])(
  'a bucket of another region (%i) is a wrong setting, and the right one is named',
  async (status, body, reason) => {
    const headers = { 'x-amz-bucket-region': 'eu-central-1', location: 'http://127.0.0.1:9/' };
    const { deliver, vendor } = await aBucket(() => ({ status, body, headers }));
    expect(await deliver([aMessage('a')])).toMatchObject([{ kind: 'misconfigured', reason }]);
    expect(vendor.taken).toHaveLength(1);
  },
);

test('it may write objects below its prefix, use its key, and nothing else', () => {
  const rightsOf = (options: object) => {
    const { sink, settings: read } = aDestination('s3', {
      bucket: 'acme-audit',
      region: 'eu-west-1',
      ...options,
    });
    return sink.rights?.(read as never);
  };
  expect(rightsOf({ prefix: 'logs/audit', kmsKey: KEY })).toEqual([
    { actions: ['s3:PutObject'], resources: ['arn:aws:s3:::acme-audit/logs/audit/*'] },
    { actions: ['kms:GenerateDataKey'], resources: [KEY] },
  ]);
  expect(rightsOf({ region: 'cn-north-1' })).toEqual([
    { actions: ['s3:PutObject'], resources: ['arn:aws-cn:s3:::acme-audit/audit/*'] },
  ]);
  expect(rightsOf({ region: 'us-gov-west-1' })?.[0]?.resources).toEqual([
    'arn:aws-us-gov:s3:::acme-audit/audit/*',
  ]);
});

test.each([
  [{ bucket: undefined }, 's3.bucket: is missing'],
  [{ bucket: 'Acme_Audit' }, 's3.bucket: must be a name such as'],
  [{ region: undefined }, 's3.region: is missing'],
  [{ prefix: '/audit' }, 's3.prefix: must be as "logs/audit"'],
  [{ prefix: 'audit/' }, 's3.prefix: must be as "logs/audit"'],
  [{ prefix: 'a/../b' }, 's3.prefix: must be as "logs/audit"'],
  [{ prefix: '*' }, 's3.prefix: must be as "logs/audit"'],
  [{ format: 'csv' }, 's3.format: must be one of event, ocsf, cloudevents'],
  [{ storageClass: 'REDUCED' }, 's3.storageClass: must be one of STANDARD'],
  [{ kmsKey: 'alias/audit' }, 's3.kmsKey: must be the ARN of a key'],
  [{ kmsKey: KEY, region: 'us-east-1' }, 's3: kmsKey is of eu-west-1, and the bucket of another region'],
  [{ bucketOwner: 'acme' }, 's3.bucketOwner: must be an account id'],
  [{ endpoint: '127.0.0.1:9000' }, 's3.endpoint: must be an address'],
])('%j cannot be written', (options, fault) => {
  expect(() => aDestination('s3', { bucket: 'acme-audit', region: 'eu-west-1', ...options })).toThrow(fault);
});
