/** S3: one object for each tenant and day of a batch, gzipped lines of JSON under names that Athena reads as partitions.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
import { hash } from 'node:crypto';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { toCloudEvent } from '../domain/mappers/to-cloud-event.ts';
import { toOcsf } from '../domain/mappers/to-ocsf.ts';
import { encode } from '../sigv4/canonical.ts';
import type { Answer } from './judge-status.ts';
import { choice, optionalText, text } from './options.ts';
import { defineSink } from './sink.ts';
import type { Verdict } from './verdict.ts';

/** What a line is. */
const FORMATS = {
  event: (event: AuditEvent): object => event,
  ocsf: toOcsf,
  cloudevents: toCloudEvent,
};
const FORMAT_NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const STORAGE_CLASSES = [
  'STANDARD',
  'INTELLIGENT_TIERING',
  'STANDARD_IA',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;

const REGION = /^[a-z0-9-]{1,40}$/;
const KMS_KEY = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

export const s3 = defineSink({
  name: 's3',
  takes: 'events',
  title: 'S3',
  options: {
    bucket: text(
      'The bucket.',
      matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a name such as "acme-audit"'),
    ),
    region: text('Where the bucket is.', matching(REGION, 'a region such as "eu-west-1"')),
    prefix: text('How names of objects begin.', {
      ...matching(/^[\w=-][\w.=-]*(\/[\w=-][\w.=-]*)*$/, 'as "logs/audit": no slash at either end'),
      fallback: 'audit',
    }),
    format: choice('What a line is.', FORMAT_NAMES, 'event'),
    storageClass: choice('The class that objects are stored in.', STORAGE_CLASSES, 'STANDARD'),
    kmsKey: optionalText(
      "The KMS key that objects are encrypted with. Default: the bucket's own encryption.",
      matching(
        KMS_KEY,
        'the ARN of a key such as "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"',
      ),
    ),
    bucketOwner: optionalText(
      'The account that must own the bucket, or nothing is written.',
      matching(/^\d{12}$/, 'an account id of 12 digits'),
    ),
    endpoint: optionalText('Where S3 is instead: a VPC or FIPS endpoint, or a store that speaks S3.', {
      wanted: 'must be an address that begins with https:// or http://',
      isRight: (value) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
    }),
  },
  batch: { size: 5_000, windowMs: 60_000 },
  limits: { items: 10_000, itemBytes: 1_000_000, bytes: 16_000_000, parallel: 10 },

  fault({ kmsKey, region }) {
    const [, keyRegion] = KMS_KEY.exec(String(kmsKey)) ?? [];
    return keyRegion !== undefined && keyRegion !== region
      ? `kmsKey is of ${keyRegion}, and the bucket of another region: S3 takes only keys of the bucket's own`
      : undefined;
  },

  item(event, { format }) {
    const [year, month, day] = event.occurredAt.slice(0, 10).split('-');
    return {
      kind: 'item',
      key: `tenant=${event.tenantId}/year=${year}/month=${month}/day=${day}`,
      text: `${JSON.stringify(FORMATS[format](event))}\n`,
    };
  },

  request(items, settings) {
    const { region, prefix, storageClass, kmsKey, bucketOwner } = settings;
    // The same events in another order are the same object, by name and by content.
    const body = items
      .map((item) => item.text)
      .sort()
      .join('');
    const name = `${prefix}/${items[0]?.key}/${hash('sha256', body).slice(0, 32)}.ndjson.gz`;
    return {
      method: 'PUT',
      url: `${addressOf(settings)}/${name.split('/').map(encode).join('/')}`,
      headers: {
        'content-type': 'application/x-ndjson',
        // What is there has this content: it is not written anew, which would be another version.
        'if-none-match': '*',
        ...(storageClass !== 'STANDARD' && { 'x-amz-storage-class': storageClass }),
        ...(bucketOwner !== undefined && { 'x-amz-expected-bucket-owner': bucketOwner }),
        ...(kmsKey !== undefined && {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': kmsKey,
          'x-amz-server-side-encryption-bucket-key-enabled': 'true',
        }),
      },
      body,
      gzip: 'always',
      sign: { service: 's3', region },
    };
  },

  judge,

  rights: ({ bucket, prefix, region, kmsKey }) => [
    { actions: ['s3:PutObject'], resources: [`arn:${partitionOf(region)}:s3:::${bucket}/${prefix}/*`] },
    ...(kmsKey === undefined ? [] : [{ actions: ['kms:GenerateDataKey'], resources: [kmsKey] }]),
  ],
});

function matching(form: RegExp, example: string) {
  return {
    wanted: `must be ${example}`,
    isRight: (value: unknown) => typeof value === 'string' && form.test(value),
  };
}

interface Place {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function addressOf({ bucket, region, endpoint }: Place): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  // A certificate's star stands for one label.
  return bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** S3 looks at no event: what it refuses by a code of its own is about the settings, or passes. What has none of its
 * codes, and what the table knows to pass, is left to the table.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function judge({ status, headers, body }: Answer): Verdict | undefined {
  // By `if-none-match`.
  if (status === 412) return { kind: 'delivered' };
  if (status < 300 || TABLE.has(status)) return undefined;
  const code = /<Code>([\w.]{1,64})<\/Code>/.exec(body)?.[1];
  if (status < 400 || WRONG_REGION.has(code ?? '')) {
    const said = headers['x-amz-bucket-region'] ?? /<Region>(.*?)<\/Region>/.exec(body)?.[1] ?? '';
    const where = REGION.test(said) ? `: the bucket is in ${said}` : '';
    return { kind: 'misconfigured', reason: `${code ?? `http_${status}`}${where}`, status };
  }
  if (code === undefined) return undefined;
  return { kind: PASSING.test(code) ? 'retry' : 'misconfigured', reason: code, status };
}

const TABLE: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);
const WRONG_REGION: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
/** Refused with 400 and better the next time: cut short or spoilt on the way, or KMS has had too much. */
const PASSING = /^(RequestTimeout|IncompleteBody|BadDigest|XAmzContentSHA256Mismatch)$|throttl/i;
