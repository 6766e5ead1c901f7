/** The home's addresses that are always there: the door, the page's settings, health. */
import type { Health } from '../health.ts';
import type { Trust } from '../home-options.ts';
import { type Handler, json } from './answer.ts';
import { withCors } from './cors.ts';
import type { Routes } from './serve.ts';

export interface HomeRoutesOptions {
  readonly door: { readonly putEvents: Handler; readonly events: Handler };
  readonly trust: Trust;
  /** Where viewers reach this home; without it, where the asking one did. */
  readonly publicUrl: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly health: () => Health & { readonly connections: number };
}

export function homeRoutes({ door, trust, publicUrl, allowedOrigins, health }: HomeRoutesOptions): Routes {
  const events = withCors(door.events, allowedOrigins);
  const { url: issuer, clientId } = trust.kind === 'closed' ? trust.issuer : {};
  return {
    '/': { POST: door.putEvents },
    '/events': { POST: events.handler, OPTIONS: events.preflight },
    '/config.json': {
      GET: ({ headers }) => {
        const base = publicUrl?.replace(/\/$/, '') ?? `http://${headers.host}`;
        return json(200, {
          streamUrl: `${base.replace(/^http/, 'ws')}/stream`,
          development: trust.kind === 'development',
          ...(issuer !== undefined && { issuer }),
          ...(clientId !== undefined && { clientId }),
        });
      },
    },
    '/health': {
      GET: () => {
        const state = health();
        return json(state.status === 'ok' ? 200 : 503, state);
      },
    },
  };
}
