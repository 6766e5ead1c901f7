/** Answers what a viewer's socket sends: each message one call, each fault an `error` that leaves the connection open. */
import { encode } from '../domain/protocol/encode.ts';
import { type ClientMessage, ERRORS, type ErrorName, type ServerError } from '../domain/protocol/messages.ts';
import { parseClientMessage } from '../domain/protocol/parse-client-message.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import type { Calls } from './calls.ts';
import { causeOf, type Log } from './log.ts';
import type { Connection, Subscriptions } from './ports.ts';

/** What goes back, in order, and then perhaps the end of the connection. */
export interface Reply {
  readonly messages: readonly string[];
  readonly close?: { readonly code: number; readonly reason: string };
}

export type Receive = (connectionId: string, text: string) => Promise<Reply>;

export interface ReceiveOptions {
  /** Those of this process: a Lambda answers some types of message, its routes bring it no other. */
  readonly calls: Partial<Calls>;
  readonly subscriptions: Pick<Subscriptions, 'connection'>;
  readonly now: () => number;
  readonly log: Log;
}

/** Never throws: lost infrastructure is answered as `internal`, which is temporary. */
export function makeReceive({ calls, subscriptions, now, log }: ReceiveOptions): Receive {
  return async (connectionId, text) => {
    const parsed = parseClientMessage(text);
    const id = parsed.ok ? parsed.message.id : parsed.error.id;
    try {
      const connection = await subscriptions.connection(connectionId, now());
      if (!connection) return ended(await whyEnded(connectionId), id);
      if (!parsed.ok) return errorReply(parsed.error);
      return await answer(connection, parsed.message);
    } catch (error) {
      log('error', 'a call failed', { connectionId, cause: causeOf(error) });
      return errorReply(serverError('internal', 'the server could not do this now: try again', idField(id)));
    }
  };

  function answer(connection: Connection, message: ClientMessage): Reply | Promise<Reply> {
    const { id, type } = message;
    if (type === 'ping') return { messages: [encode({ v: 1, type: 'pong', id })] };
    const call = calls[type] as
      | ((connection: Connection, message: ClientMessage) => Promise<Reply>)
      | undefined;
    if (call) return call(connection, message);
    log('error', 'a message came where it is not answered', { type });
    return errorReply(serverError('internal', `${type} is not answered here: look at the routes`, { id }));
  }

  /** A row that is still there but over its time says whether the token or the two hours ended it. */
  async function whyEnded(connectionId: string): Promise<'token_expired' | 'connection_expired'> {
    const held = await subscriptions.connection(connectionId, 0);
    return held && held.principal.tokenExpiresAtMs <= now() ? 'token_expired' : 'connection_expired';
  }
}

export function errorReply(error: ServerError): Reply {
  return { messages: [encode(error)] };
}

/** The error and the close that follows it, when the connection no longer counts. */
export function ended(name: 'token_expired' | 'connection_expired', id: string | undefined): Reply {
  return {
    ...errorReply(serverError(name, ENDED[name], idField(id))),
    close: { code: ERRORS[name satisfies ErrorName], reason: name },
  };
}

const ENDED = {
  token_expired: 'the token has expired: connect again with a fresh one, or refresh before it does',
  connection_expired: 'this connection has ended: connect again',
} as const;

function idField(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
