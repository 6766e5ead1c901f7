/** A request as a stand-in gets it from the wire. */
import type { Received } from '../../../src/local/stand-ins/stand-in.ts';

export function aRequest({
  method = 'POST',
  path,
  query = '',
  headers = {},
  body = '',
  nowMs = Date.now(),
}: {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly nowMs?: number;
}): Received {
  return {
    method,
    path,
    query: new URLSearchParams(query),
    url: `/stand-in${path}${query === '' ? '' : `?${query}`}`,
    headers: { 'content-type': 'application/json', ...headers },
    bytes: Buffer.from(body),
    body,
    nowMs,
  };
}
