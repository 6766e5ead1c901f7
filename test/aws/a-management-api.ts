/** A `@connections` endpoint with API Gateway's manners, and its bad days: it checks signatures, and speaks HTTP byte by byte. */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { SignatureV4 } from '@smithy/signature-v4';

export const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'to/ken==',
};
export const REGION = 'eu-central-1';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly connectionId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How many requests this socket had brought before. */
  readonly earlier: number;
}

/** A status, or bytes to write as they are (none: silence), and what becomes of the socket. */
export type Manner =
  | number
  | { readonly bytes?: string; readonly ends?: 'reset' | 'close'; readonly after?: Promise<unknown> };

export async function aManagementApi(
  manner: (request: ApiRequest) => Manner = () => 200,
  { tls, stage = '/live' }: { tls?: TlsOptions; stage?: string } = {},
) {
  const requests: ApiRequest[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const onSocket = (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let held = Buffer.alloc(0);
    let earlier = 0;
    let turn = Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (let read = readRequest(held); read; read = readRequest(held)) {
        held = held.subarray(read.length);
        const request = { ...read.request, earlier: earlier++ };
        turn = turn.then(() => serve(socket, request));
      }
    });
  };
  async function serve(socket: Socket, request: ApiRequest) {
    requests.push(request);
    const own = (await isSignedWell(request)) ? manner(request) : 403;
    const what = typeof own === 'number' ? { bytes: answer(own) } : own;
    await what.after;
    if (what.bytes) await new Promise((done) => socket.write(what.bytes as string, 'latin1', done));
    if (what.ends === 'reset') socket.resetAndDestroy();
    if (what.ends === 'close') socket.end();
  }
  const server: Server = tls ? createTlsServer(tls, onSocket) : createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${stage}`,
    requests,
    /** Sockets that are open, and all there ever were. */
    open: () => sockets.size,
    accepted: () => accepted,
    /** Half-closes what is open, as a peer does with connections that were idle too long. */
    hangUp: () => {
      for (const socket of sockets) socket.end();
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As API Gateway answers: JSON with the reason where there is one, nothing where it was sent. */
export function answer(status: number, headers = ''): string {
  const body = status === 200 || status === 204 ? '' : JSON.stringify({ message: REASONS[status] ?? null });
  const type = REASONS[status] ? `x-amzn-ErrorType: ${REASONS[status]}\r\n` : '';
  return `HTTP/1.1 ${status} ${REASONS[status] ?? 'OK'}\r\nDate: Tue, 24 Nov 2026 00:00:00 GMT\r\n${type}Content-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'ForbiddenException',
  410: 'GoneException',
  413: 'PayloadTooLargeException',
  429: 'LimitExceededException',
  500: 'InternalServerErrorException',
};

function readRequest(held: Buffer) {
  const headEnd = held.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [start = '', ...lines] = held.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (held.length < length) return undefined;
  const [method = '', path = ''] = start.split(' ');
  return {
    length,
    request: {
      method,
      path,
      connectionId: decodeURIComponent(path.split('/@connections/')[1] ?? ''),
      headers,
      body: held.subarray(headEnd + 4, length).toString('utf8'),
    },
  };
}

async function isSignedWell({ method, path, headers, body }: Omit<ApiRequest, 'earlier'>): Promise<boolean> {
  const { authorization = '', ...others } = headers;
  const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? [];
  const at = (headers['x-amz-date'] ?? '').replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
  const signed = await new SignatureV4({
    credentials: CREDENTIALS,
    region: REGION,
    service: /Credential=[^,]*\/([^/]+)\/aws4_request/.exec(authorization)?.[1] ?? '',
    sha256: Sha256,
    applyChecksum: false,
  }).sign(
    {
      method,
      protocol: 'http:',
      hostname: '',
      path,
      headers: Object.fromEntries(names.map((name) => [name, others[name] ?? ''])),
      body,
    },
    { signingDate: new Date(at) },
  );
  return signed.headers.authorization === authorization;
}

/** The SDKs' interface to a hash, over Node's. */
export class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}
