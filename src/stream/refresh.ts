/** Takes a fresh token in band, so that a viewer's connection outlives the old one: same person, same tenant. */
import { encode } from '../domain/protocol/encode.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import type { Call } from './calls.ts';
import { expiryOf } from './connect.ts';
import type { Limits } from './limits.ts';
import type { Connection, Subscriptions } from './ports.ts';
import { ended, errorReply, type Reply } from './receive.ts';
import type { SystemEvents } from './system-events.ts';

export interface RefreshOptions {
  readonly subscriptions: Pick<Subscriptions, 'refresh'>;
  readonly verifyToken: VerifyToken;
  readonly systemEvents: SystemEvents;
  readonly limits: Limits;
}

/** A token that is refused leaves the connection as it was, until the old token's end. */
export function makeRefresh(options: RefreshOptions): Call<'refresh'> {
  const { subscriptions, verifyToken, systemEvents, limits } = options;
  return async (connection, { id, token }) => {
    const { connectionId, principal } = connection;
    const verified = await verifyToken(token, principal.tenantId);
    if (verified.kind === 'refused') {
      if (verified.reason === 'keys_unavailable')
        return errorReply(serverError('internal', 'the token could not be checked now: try again', { id }));
      return deny(connection, id, verified.reason);
    }
    if (verified.principal.subject !== principal.subject) return deny(connection, id, 'another_subject');
    const expiresAtMs = expiryOf(verified.principal, connection.connectedAtMs, limits);
    const outcome = await subscriptions.refresh(connectionId, verified.principal, expiresAtMs);
    if (outcome === 'gone') return ended('connection_expired', id);
    return { messages: [encode({ v: 1, type: 'refreshed', id, expiresAtMs })] };
  };

  function deny({ connectionId, principal }: Connection, id: string, code: string): Reply {
    systemEvents.report({
      action: 'stream.denied',
      cause: principal.subject,
      principal,
      connectionId,
      reason: { code },
    });
    const message =
      'the token does not go on from the old one: take a valid one of the same person and tenant';
    return errorReply(serverError('unauthorized', message, { id, path: 'token' }));
  }
}
