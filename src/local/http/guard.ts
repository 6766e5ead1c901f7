/** Keeps strangers' pages from using a viewer's browser against this home. */
import type { IncomingMessage } from 'node:http';
import { type Answer, json } from './answer.ts';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/i;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || host === '::1';
}

export interface GuardOptions {
  /** A development home answers only to loopback names: another one is a page that had its own name pointed here
   * (DNS rebinding). */
  readonly development: boolean;
  /** Origins beside its own, as `https://host[:port]`, that may write to the door from a browser. */
  readonly allowedOrigins: readonly string[];
  /** Paths that take only what is signed by a secret: no page can sign, and who may may come by any name. */
  readonly signedPaths?: readonly string[];
}

export function makeGuard({ development, allowedOrigins, signedPaths = [] }: GuardOptions) {
  const allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  return ({
    headers,
    method,
    url,
  }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>): Answer | undefined => {
    if (method === 'POST' && signedPaths.includes((url ?? '').split('?', 1)[0] as string)) return undefined;
    const host = headers.host ?? '';
    if (development && !isLoopback(host.replace(/:\d*$/, ''))) {
      return json(403, {
        message:
          'the development home answers to 127.0.0.1 and localhost only: use one of them in the address',
      });
    }
    if (method === 'GET' || method === 'HEAD' || headers.origin === undefined) return undefined;
    const origin = headers.origin.toLowerCase();
    if (allowed.has(origin) || origin.replace(/^https?:\/\//, '') === host.toLowerCase()) return undefined;
    return json(403, { message: 'this origin may not write here: add it to allowedOrigins' });
  };
}
