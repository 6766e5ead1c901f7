/** Signs a request for AWS: over the bytes as they are sent, with what each service wants signed besides. */
import { hash } from 'node:crypto';
import type { Credentials } from '../sigv4/credentials.ts';
import { signedHeaders } from '../sigv4/signer.ts';
import type { SinkRequest } from './sink.ts';

/** The reason of a call that was not made. */
export const NO_CREDENTIALS = 'no_aws_credentials';

export interface SignScope {
  /** OpenSearch Service, OpenSearch Serverless, S3, SNS: as the signature names them. */
  readonly service: 'es' | 'aoss' | 's3' | 'sns';
  readonly region: string;
}

/** The headers of a request that is to be signed: its own, which are signed every one, and the signature's. None where
 * it is not to be. Throws an error of the code {@link NO_CREDENTIALS}. */
export type Sign = (
  request: SinkRequest,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
) => Readonly<Record<string, string>>;

export function makeSign({
  credentials,
  now,
}: {
  readonly credentials: () => Credentials;
  readonly now: () => number;
}): Sign {
  return ({ method, url, sign }, headers, bytes) => {
    if (!sign) return {};
    const { host, pathname, search } = new URL(url);
    const sha256 = hash('sha256', bytes, 'buffer');
    const all = { ...headers, ...headersOfBody(sign.service, sha256) };
    return signedHeaders(
      { ...sign, host, headers: all, credentials: keys, now },
      method,
      pathname + search,
      sha256.toString('hex'),
    );
  };

  function keys(): Credentials {
    try {
      return credentials();
    } catch (cause) {
      throw Object.assign(new Error('requests to AWS cannot be signed', { cause }), { code: NO_CREDENTIALS });
    }
  }
}

function headersOfBody(service: SignScope['service'], sha256: Buffer): Readonly<Record<string, string>> {
  if (service !== 's3' && service !== 'aoss') return {};
  // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html#serverless-signing
  const signed = { 'x-amz-content-sha256': sha256.toString('hex') };
  // S3 checks it, keeps it with the object, and takes nothing without one into a bucket with Object Lock.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-put-object
  return service === 's3' ? { ...signed, 'x-amz-checksum-sha256': sha256.toString('base64') } : signed;
}
