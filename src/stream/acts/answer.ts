/** What an act is to whoever answers it: who asks, with which arguments; a fault is a value. */
import type { Fault } from '../../domain/protocol/fields.ts';
import type { ServerError } from '../../domain/protocol/messages.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { Connection, Principal } from '../ports.ts';

export type Answered = { readonly result: unknown } | { readonly fault: ServerError };

export type Answer<From = Connection> = (from: From, args: unknown) => Answered | Promise<Answered>;

/** What is wrong with the arguments. */
export function refused({ path, message }: Fault): { readonly fault: ServerError } {
  return { fault: serverError('invalid_message', message, { path }) };
}

/** Who asks, as it stands in what they do. */
export function personOf({ subject, name }: Principal): { readonly id: string; readonly name?: string } {
  return { id: subject, ...(name !== undefined && { name }) };
}
