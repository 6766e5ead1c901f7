/** The calls that a connected viewer can make, one a type of message. */
import type { ClientMessage } from '../domain/protocol/messages.ts';
import type { Connection } from './ports.ts';
import type { Reply } from './receive.ts';

/** `ping` needs no call. */
export type Calls = { readonly [Type in Exclude<ClientMessage['type'], 'ping'>]: Call<Type> };

export type Call<Type extends ClientMessage['type']> = (
  connection: Connection,
  message: Extract<ClientMessage, { readonly type: Type }>,
) => Promise<Reply>;
