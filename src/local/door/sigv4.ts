/** Checks the AWS Signature Version 4 of a request against the producer keys.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalPathOf, encode } from '../../sigv4/canonical.ts';
import type { ProducerKey } from './producers.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

type Key = Pick<ProducerKey, 'accessKeyId' | 'secretAccessKey'>;

export type SignatureCheck<Of extends Key = ProducerKey> =
  | { readonly kind: 'valid'; readonly key: Of }
  | { readonly kind: 'invalid'; readonly code: SignatureFault; readonly message: string };

/** The names that AWS answers with. */
export type SignatureFault =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException';

const MAX_SKEW_MS = 5 * 60_000;
const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;

export function checkSignature<Of extends Key>(
  request: SignedRequest,
  keys: readonly Of[],
  nowMs: number,
  signedFor = 'events',
): SignatureCheck<Of> {
  const authorization = one(request.headers.authorization);
  if (!authorization)
    return invalid(
      'MissingAuthenticationToken',
      'the request is not signed; sign it with a producer key (SigV4)',
    );
  const [, keyId = '', date = '', region = '', service = '', names = '', signature = ''] =
    FORM.exec(authorization) ?? [];
  const signedAt = one(request.headers['x-amz-date']) ?? '';
  const signed = names.split(';');
  if (
    !signature ||
    !signedAt.startsWith(date) ||
    !signed.includes('host') ||
    !signed.includes('x-amz-date')
  ) {
    return invalid(
      'IncompleteSignature',
      'Authorization must be AWS4-HMAC-SHA256 and sign at least host and x-amz-date',
    );
  }
  const signedAtMs = Date.parse(
    signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (!(Math.abs(nowMs - signedAtMs) <= MAX_SKEW_MS)) {
    return invalid(
      'InvalidSignatureException',
      'the signature is older or newer than 5 minutes: check the clock of the producer',
    );
  }
  const key = keys.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!key || service !== signedFor) {
    return invalid(
      'UnrecognizedClientException',
      `the access key is unknown here, or the request is not signed for the service "${signedFor}"`,
    );
  }
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [
    'AWS4-HMAC-SHA256',
    signedAt,
    scope,
    sha256(canonicalRequest(request, signed, service)),
  ].join('\n');
  const signingKey = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${key.secretAccessKey}`,
  );
  const expected = hmac(signingKey, toSign);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
    ? { kind: 'valid', key }
    : invalid(
        'InvalidSignatureException',
        'the signature does not match: check the secret key, and that nothing between changes the request',
      );
}

/** `Authorization: Bearer <secretAccessKey>`: for callers of `POST /events` that cannot sign. The secret travels, so TLS must. */
export function checkBearer(authorization: string, keys: readonly ProducerKey[]): SignatureCheck {
  const said = digest(authorization.slice('bearer '.length).trim());
  const key = keys.find(({ secretAccessKey }) => timingSafeEqual(digest(secretAccessKey), said));
  return key
    ? { kind: 'valid', key }
    : invalid('UnrecognizedClientException', 'the bearer key is no producer key of this home');
}

const digest = (text: string) => createHash('sha256').update(text).digest();

function canonicalRequest(
  { method, url, headers, body }: SignedRequest,
  signed: readonly string[],
  service: string,
): string {
  const [path = '/', query = ''] = url.split('?', 2);
  return [
    method,
    canonicalPathOf(path, service),
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${values(headers[name]).map(trimAll).join(',')}`),
    '',
    signed.join(';'),
    sha256(body),
  ].join('\n');
}

/** Of whatever came: a query that cannot be decoded is one that nobody signed. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const trimAll = (text: string) => text.trim().replace(/\s+/g, ' ');
const values = (value: string | readonly string[] | undefined) =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
const one = (value: string | readonly string[] | undefined) => values(value)[0];
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const invalid = (code: SignatureFault, message: string) => ({ kind: 'invalid', code, message }) as const;
