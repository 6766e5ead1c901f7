/** What an act is to whoever answers it: who asks, with which arguments; a fault is a value. */
import type { ServerError } from '../../domain/protocol/messages.ts';
import type { Connection } from '../ports.ts';

export type Answered = { readonly result: unknown } | { readonly fault: ServerError };

export type Answer<From = Connection> = (from: From, args: unknown) => Answered | Promise<Answered>;
