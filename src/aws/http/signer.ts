/** AWS Signature Version 4, shared out so that what requests have in common is worked out once: the key once a day,
 * the headers once a second, the body's hash once a body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHmac, hash } from 'node:crypto';
import type { Credentials } from './credentials.ts';
import { makeHmac } from './hmac.ts';

export interface SignerOptions {
  /** As in the credential scope: `execute-api`, `dynamodb`, `lambda`. */
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
  const { now } = options;
  let second = Number.NaN;
  let shared = emptyShared;
  return (method, target, bodySha256) => {
    const nowSecond = Math.floor(now() / 1_000);
    if (nowSecond !== second) {
      shared = sharedAt(nowSecond, options, shared);
      second = nowSecond;
    }
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const canonicalQuery = query < 0 ? '' : canonicalQueryOf(target.slice(query + 1));
    const canonical = `${method}\n${canonicalPathOf(path)}\n${canonicalQuery}\n${shared.canonicalHeaders}${bodySha256}`;
    const signature = shared.hmac(shared.toSign + hash('sha256', canonical, 'hex'));
    return `${shared.headerLines}${signature}\r\n`;
  };
}

/** What all requests of one second have in common. */
interface Shared {
  readonly keyOf: string;
  readonly hmac: (text: string) => string;
  readonly canonicalHeaders: string;
  readonly toSign: string;
  readonly headerLines: string;
}

const emptyShared: Shared = {
  keyOf: '',
  hmac: () => '',
  canonicalHeaders: '',
  toSign: '',
  headerLines: '',
};

function sharedAt(second: number, options: SignerOptions, before: Shared): Shared {
  const { service, region, host, headers, credentials } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials();
  const time = new Date(second * 1_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const signed: Record<string, string> = { ...headers, host, 'x-amz-date': time };
  if (sessionToken) signed['x-amz-security-token'] = sessionToken;
  const names = Object.keys(signed).sort();
  const value = (name: string) => (signed[name] as string).trim().replace(/\s+/g, ' ');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const keyOf = `${day} ${secretAccessKey}`;
  return {
    keyOf,
    hmac: keyOf === before.keyOf ? before.hmac : makeHmac(signingKey(secretAccessKey, day, region, service)),
    canonicalHeaders: `${names.map((name) => `${name}:${value(name)}\n`).join('')}\n${names.join(';')}\n`,
    toSign: `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
    headerLines: `${names.map((name) => `${name}: ${value(name)}\r\n`).join('')}authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=`,
  };
}

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

/** Encoded once more than it is sent, as every service but S3 wants it; empty and dot segments are taken away. */
function canonicalPathOf(path: string): string {
  const normal = DOTS_OR_EMPTY.test(path) ? normalized(path) : path;
  return encode(normal).replaceAll('%2F', '/');
}

const DOTS_OR_EMPTY = /\/\/|\/\.\.?(?:\/|$)/;

function normalized(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

function canonicalQueryOf(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encode(decodeURIComponent(name)), encode(decodeURIComponent(value))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Everything but letters, digits and `-._~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
