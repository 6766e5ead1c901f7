/** What the SDK's own signer makes of a request: to compare ours with, and to check what a vendor took. */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../src/sigv4/credentials.ts';
import type { SignScope } from '../../src/sink/sign.ts';
import { Sha256 } from '../aws/a-management-api.ts';
import type { Taken } from './a-vendor.ts';

export const CREDENTIALS: Credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'to/ken==',
};

export interface ToSign {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly atMs: number;
}

/** The headers that the SDK's client of that service would have sent. */
export async function signedBySdk(
  { service, region }: SignScope,
  { method, url, headers, bytes, atMs }: ToSign,
  credentials: Credentials = CREDENTIALS,
): Promise<Readonly<Record<string, string>>> {
  const { host, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    applyChecksum: service === 's3' || service === 'aoss',
    uriEscapePath: service !== 's3',
  });
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...headers, host },
    body: bytes,
  };
  return (await signer.sign(request, { signingDate: new Date(atMs) })).headers;
}

/** Whether a request came as it was signed, by these keys and for this service; the peer's view. */
export async function isSignedWell(
  { method, path, headers, bytes }: Taken,
  scope: SignScope,
  credentials: Credentials = CREDENTIALS,
): Promise<boolean> {
  const said = headers.authorization ?? '';
  const names = /SignedHeaders=([^,]+)/.exec(said)?.[1]?.split(';') ?? [];
  const own = names.filter((name) => !ADDED.has(name)).map((name) => [name, String(headers[name])]);
  const date = String(headers['x-amz-date']).replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const request = { method, url: `http://${headers.host}${path}`, headers: Object.fromEntries(own), bytes };
  const again = await signedBySdk(scope, { ...request, atMs: Date.parse(date) }, credentials);
  return said === again.authorization;
}

/** By the signer itself. */
const ADDED: ReadonlySet<string> = new Set([
  'host',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);
