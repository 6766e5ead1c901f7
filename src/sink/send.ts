/** Sends a request to a destination and reads its answer: connections are kept, and each call has its deadline. */
import {
  type IncomingMessage,
  Agent as PlainAgent,
  type RequestOptions,
  request as requestPlain,
} from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Credentials, credentialsFrom } from '../sigv4/credentials.ts';
import type { Answer } from './judge-status.ts';
import { isPublicAddress, lookUpPublic, PRIVATE_ADDRESS } from './public-address.ts';
import { makeSign } from './sign.ts';
import type { SinkRequest } from './sink.ts';

/** No whole answer: whether the peer has taken the request is unknown. `reason` is a code, never an address or a secret. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly reason: string;
}

/** Never throws. */
export type Send = (request: SinkRequest, timeoutMs: number) => Promise<Answer | Unanswered>;

export interface SenderOptions {
  /** PEM certificates to trust instead of the platform's. */
  readonly ca?: string;
  /** By whom requests to AWS are signed; throws where there is nobody. Asked for each. Default: the environment. */
  readonly credentials?: () => Credentials;
  readonly now?: () => number;
}

/** Redirects are not followed: a redirected POST would carry its key elsewhere. */
export function makeSend(options: SenderOptions = {}): Send & { close(): void } {
  const { ca, credentials = credentialsFrom, now = Date.now } = options;
  const settings = { keepAlive: true, keepAliveMsecs: 10_000, maxSockets: MAX_SOCKETS, timeout: IDLE_MS };
  const plain = new PlainAgent(settings);
  const tls = new TlsAgent({ ...settings, ...(ca !== undefined && { ca }) });
  // Their own connections: one that was opened without a look at the address must not serve them.
  const publicPlain = new PlainAgent({ ...settings, lookup: lookUpPublic });
  const publicTls = new TlsAgent({ ...settings, lookup: lookUpPublic, ...(ca !== undefined && { ca }) });
  const agents = [plain, tls, publicPlain, publicTls];

  const send: Send = async (request, timeoutMs) => {
    const { url, method, isPublicOnly } = request;
    // A name is looked up by the agent; an address is not.
    if (isPublicOnly && isClosedAddress(url)) return { kind: 'unanswered', reason: PRIVATE_ADDRESS };
    const isTls = url.startsWith('https:');
    const agent = isPublicOnly ? (isTls ? publicTls : publicPlain) : isTls ? tls : plain;
    try {
      const { bytes, headers } = await encode(request);
      const all = { 'user-agent': USER_AGENT, ...headers, ...sign(request, headers, bytes) };
      const call = { method, agent, headers: { ...all, 'content-length': bytes.length } };
      return await exchange(url, call, bytes, timeoutMs);
    } catch (error) {
      return { kind: 'unanswered', reason: codeOf(error) };
    }
  };
  const sign = makeSign({ credentials, now });
  const close = () => {
    for (const agent of agents) agent.destroy();
  };
  return Object.assign(send, { close });
}

function exchange(
  url: string,
  call: RequestOptions,
  bytes: Buffer,
  timeoutMs: number,
  mayResend = true,
): Promise<Answer | Unanswered> {
  return new Promise((resolve) => {
    let isOver = false;
    const end = (result: Answer | Unanswered) => {
      isOver = true;
      clearTimeout(timer);
      resolve(result);
    };
    const outgoing = (url.startsWith('https:') ? requestTls : requestPlain)(url, call);
    const timer = setTimeout(() => {
      end({ kind: 'unanswered', reason: 'timeout' });
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on('response', (incoming) => {
      read(incoming).then(end, (error: unknown) => end({ kind: 'unanswered', reason: codeOf(error) }));
    });
    outgoing.on('error', (error) => {
      if (isOver) return;
      // A peer may close a kept connection just as it is used again: https://nodejs.org/api/http.html#requestreusedsocket
      if (mayResend && outgoing.reusedSocket && codeOf(error) === 'ECONNRESET') {
        clearTimeout(timer);
        resolve(exchange(url, call, bytes, timeoutMs, false));
      } else end({ kind: 'unanswered', reason: codeOf(error) });
    });
    outgoing.end(bytes);
  });
}

function isClosedAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isPublicAddress(host);
}

/** Rejects when the answer breaks off or has no end. */
async function read(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw Object.assign(new Error(), { code: 'answer_too_large' });
    chunks.push(chunk);
  }
  return {
    kind: 'answered',
    status: incoming.statusCode ?? 0,
    headers: incoming.headers as Answer['headers'],
    body: Buffer.concat(chunks).toString(),
  };
}

/** Messages of errors name addresses, codes do not. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'connection_failed';
}

/** The body's bytes as they are sent, and the request's headers with how. */
async function encode({ body, gzip: isTaken, headers }: SinkRequest) {
  if (isTaken === false || (isTaken !== 'always' && body.length < MIN_GZIP_CHARS))
    return { bytes: Buffer.from(body), headers };
  const bytes = await zip(body, { level: GZIP_LEVEL });
  return { bytes, headers: { ...headers, 'content-encoding': 'gzip' } };
}

const zip = promisify<string, { level: number }, Buffer>(gzip);
const GZIP_LEVEL = 4;
const MIN_GZIP_CHARS = 1_024;
const MAX_SOCKETS = 50;
/** Shorter than most peers' own. */
const IDLE_MS = 15_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const USER_AGENT = 'audit-stream';
