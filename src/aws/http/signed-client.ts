/** Calls one AWS service with a Lambda's own credentials: what an SDK client does, at a fraction of its CPU and load time. */
import { type Credentials, credentialsFrom } from '../../sigv4/credentials.ts';
import { makeSigner, type SignerOptions } from '../../sigv4/signer.ts';
import { makeLines } from './line.ts';
import { type HttpResult, makePool, type Pool } from './pool.ts';
import { NO_BODY, type RequestBody } from './request-body.ts';

/** `path` as it is sent, encoded, below the endpoint's own. Waiting for a free line counts towards `timeoutMs`;
 * then the socket is dropped. Never throws. It may reach the peer twice, see {@link Pool}. */
export type SignedCall = (
  method: 'POST' | 'DELETE',
  path: string,
  timeoutMs: number,
  body?: RequestBody,
) => Promise<HttpResult>;

export interface SignedClientOptions {
  readonly endpoint: string;
  readonly service: string;
  readonly region: string;
  readonly credentials?: () => Credentials;
  readonly now?: () => number;
  readonly pool?: Pool;
}

export interface SignedClient {
  /** Calls that all send and sign these headers; names in small letters. */
  withHeaders(headers: SignerOptions['headers']): SignedCall;
  /** Opens a connection before the first call needs it. */
  openAhead(): void;
  close(): void;
}

export function makeSignedClient(options: SignedClientOptions): SignedClient {
  const { service, region, credentials = credentialsFrom, now = Date.now } = options;
  const url = new URL(options.endpoint);
  const pool = options.pool ?? makePool({ open: makeLines(url) });
  const base = url.pathname.replace(/\/$/, '');
  return {
    withHeaders(headers) {
      const sign = makeSigner({ service, region, host: url.host, headers, credentials, now });
      return (method, path, timeoutMs, body = NO_BODY) => {
        const target = base + path;
        const signed = sign(method, target, body.sha256);
        return pool.request(
          `${method} ${target} HTTP/1.1\r\n${signed}content-length: ${body.length}\r\n\r\n${body.latin1}`,
          timeoutMs,
        );
      };
    },
    openAhead: pool.openAhead,
    close: pool.close,
  };
}
