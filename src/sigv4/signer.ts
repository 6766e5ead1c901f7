/** AWS Signature Version 4, shared out so that what requests have in common is worked out once: the key once a day,
 * the headers once a second, the body's hash once a body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHmac, hash } from 'node:crypto';
import { canonicalPathOf, canonicalQueryOf } from './canonical.ts';
import type { Credentials } from './credentials.ts';
import { makeHmac } from './hmac.ts';

export interface SignerOptions {
  /** As in the credential scope: `execute-api`, `dynamodb`, `lambda`, `s3`. */
  readonly service: string;
  readonly region: string;
  readonly host: string;
  /** Headers of every request, signed with it; names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Asked once a second at most. */
  readonly credentials: () => Credentials;
  /** In ms since 1970; AWS refuses what is 5 minutes off. */
  readonly now: () => number;
}

/** Answers the request's header lines, each with its line end. `target` is the path and query as they are sent. */
export type Sign = (method: string, target: string, bodySha256: string) => string;

export function makeSigner(options: SignerOptions): Sign {
  const { now, service } = options;
  let second = Number.NaN;
  let shared = emptyShared;
  return (method, target, bodySha256) => {
    const nowSecond = Math.floor(now() / 1_000);
    if (nowSecond !== second) {
      shared = sharedAt(nowSecond, options, shared);
      second = nowSecond;
    }
    return `${shared.headerLines}${signatureOf(shared, service, method, target, bodySha256)}\r\n`;
  };
}

/** The headers of one request, for whoever signs few of them: those of the options, and what signing adds. */
export function signedHeaders(
  options: SignerOptions,
  ...[method, target, bodySha256]: Parameters<Sign>
): Readonly<Record<string, string>> {
  const shared = sharedAt(Math.floor(options.now() / 1_000), options, emptyShared);
  const signature = signatureOf(shared, options.service, method, target, bodySha256);
  return { ...shared.headers, authorization: shared.authorization + signature };
}

function signatureOf(
  shared: Shared,
  service: string,
  ...[method, target, bodySha256]: Parameters<Sign>
): string {
  const query = target.indexOf('?');
  const path = canonicalPathOf(query < 0 ? target : target.slice(0, query), service);
  const canonicalQuery = query < 0 ? '' : canonicalQueryOf(target.slice(query + 1));
  const canonical = `${method}\n${path}\n${canonicalQuery}\n${shared.canonicalHeaders}${bodySha256}`;
  return shared.hmac(shared.toSign + hash('sha256', canonical, 'hex'));
}

/** What all requests of one second have in common. */
interface Shared {
  readonly keyOf: string;
  readonly hmac: (text: string) => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly canonicalHeaders: string;
  readonly toSign: string;
  /** All but the signature. */
  readonly authorization: string;
  readonly headerLines: string;
}

const emptyShared: Shared = {
  keyOf: '',
  hmac: () => '',
  headers: {},
  canonicalHeaders: '',
  toSign: '',
  authorization: '',
  headerLines: '',
};

function sharedAt(second: number, options: SignerOptions, before: Shared): Shared {
  const { service, region, host, headers: own, credentials } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials();
  const time = new Date(second * 1_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = { ...own, host, 'x-amz-date': time };
  if (sessionToken) headers['x-amz-security-token'] = sessionToken;
  const names = Object.keys(headers).sort();
  for (const name of names) headers[name] = (headers[name] as string).trim().replace(/\s+/g, ' ');
  const lines = (separator: string, end: string) =>
    names.map((name) => `${name}${separator}${headers[name]}${end}`).join('');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const keyOf = `${day} ${secretAccessKey}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=`;
  return {
    keyOf,
    hmac: keyOf === before.keyOf ? before.hmac : makeHmac(signingKey(secretAccessKey, day, region, service)),
    headers,
    canonicalHeaders: `${lines(':', '\n')}\n${names.join(';')}\n`,
    toSign: `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
    authorization,
    headerLines: `${lines(': ', '\r\n')}authorization: ${authorization}`,
  };
}

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}
