/** What a refused or failed call rejects with, whether the server said so or the client found it itself. */
import type { ServerError } from '../domain/protocol/messages.ts';

/** `code` and `name` are the server's (`ERRORS` of the protocol); a code of 0 is the client's own, by name:
 * `disconnected`, `timeout`, `closed`, `replaced`, `unsubscribed`. `path` says where in the message the fault is. */
export class StreamError extends Error {
  readonly code: number;
  readonly path?: string;

  constructor(code: number, name: string, message: string, path?: string) {
    super(message);
    this.code = code;
    this.name = name;
    if (path !== undefined) this.path = path;
  }

  static of(error: ServerError): StreamError {
    return new StreamError(error.code, error.name, error.message, error.path);
  }

  /** Whether the server says that asking again is useless. */
  get final(): boolean {
    return this.code >= GIVE_UP_FROM;
  }
}

/** Error and close codes from here on mean that trying again is useless. */
export const GIVE_UP_FROM = 3500;
