/** Tells a viewer who it is here, how long, and how often to pull: the answer to the first word on a connection. */
import { encode } from '../domain/protocol/encode.ts';
import type { Call } from './calls.ts';
import type { Limits } from './limits.ts';

export interface HelloOptions {
  readonly limits: Limits;
  readonly now: () => number;
}

export function makeHello({ limits, now }: HelloOptions): Call<'hello'> {
  return async ({ connectionId, principal }, { id }) => ({
    messages: [
      encode({
        v: 1,
        type: 'welcome',
        id,
        connectionId,
        tenantId: principal.tenantId,
        subject: principal.subject,
        roles: principal.roles,
        heartbeatMs: limits.heartbeatMs,
        tokenExpiresAtMs: principal.tokenExpiresAtMs,
        maxConnectionMs: limits.maxConnectionMs,
        serverTimeMs: now(),
      }),
    ],
  });
}
