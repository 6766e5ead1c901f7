/** The page against a stream elsewhere: its files, its settings and its tokens from this machine, for this machine alone. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from '../src/local/http/answer.ts';
import { makeGuard } from '../src/local/http/guard.ts';
import { makePage } from '../src/local/http/page.ts';
import { PAGE_DIR } from '../src/local/http/page-dir.ts';
import { makeRequestListener, makeServer } from '../src/local/http/serve.ts';
import { logToStderr } from '../src/stream/log.ts';
import type { Access } from './access.ts';

export interface PageServer {
  readonly url: string;
  close(): void;
}

export interface PageServerOptions {
  readonly access: Access;
  /** 0 takes any free one. */
  readonly port: number;
  readonly pageDir?: string;
}

const TOKEN_ROUTE = '/token';

/** Listens on the loopback only. Rejects with the system's error when the port is taken. */
export async function servePage({
  access,
  port,
  pageDir = PAGE_DIR,
}: PageServerOptions): Promise<PageServer> {
  const { streamUrl, tenant, getToken } = access;
  const server = makeServer();
  const routes = {
    '/config.json': {
      GET: () =>
        json(200, {
          streamUrl,
          development: false,
          tokenRoute: TOKEN_ROUTE,
          ...(tenant !== undefined && { tenant }),
        }),
    },
    // POST: a browser names the origin of each, so that no other page gets a token.
    [TOKEN_ROUTE]: {
      POST: () =>
        getToken().then(
          (token) => json(200, { token }),
          (error: Error) => json(502, { message: error.message }),
        ),
    },
  };
  server.on(
    'request',
    makeRequestListener({
      routes,
      page: makePage(pageDir, streamUrl),
      guard: makeGuard({ development: true, allowedOrigins: [] }),
      log: logToStderr,
    }),
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
