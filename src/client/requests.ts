/** Questions on their way over one connection: each gets its answer, the server's error, or its deadline. */
import type { ClientMessage, ServerError, ServerReply } from '../domain/protocol/messages.ts';
import { StreamError } from './stream-error.ts';

type Without<Message, Keys extends PropertyKey> = Message extends unknown ? Omit<Message, Keys> : never;
/** A client message before it has its version and id. */
export type Ask = Without<ClientMessage, 'v' | 'id'>;

interface AnswerTypes {
  hello: 'welcome';
  subscribe: 'subscribed';
  unsubscribe: 'unsubscribed';
  pull: 'page';
  ping: 'pong';
  refresh: 'refreshed';
  fetch: 'part';
  act: 'done';
}
/** What answers an `Ask` of this type; a fetch's parts come put together in one. */
export type Answer<T extends Ask['type']> = Extract<ServerReply, { type: AnswerTypes[T] }>;

interface Open {
  readonly parts: string[];
  readonly resolve: (reply: ServerReply) => void;
  readonly reject: (error: StreamError) => void;
  /** Begins the wait for the (next part of the) answer anew. */
  readonly waitOn: () => void;
  readonly stop: () => void;
}

export class Requests {
  readonly #open = new Map<string, Open>();
  readonly #after: (ms: number, run: () => void) => () => void;
  #last = 0;

  constructor(after: (ms: number, run: () => void) => () => void) {
    this.#after = after;
  }

  /** Sends through `send` and waits; `late` runs when `timeoutMs` pass without a word of the answer. */
  ask<T extends Ask['type']>(
    ask: Ask & { type: T },
    send: (message: ClientMessage) => void,
    timeoutMs: number,
    late: (reject: (error: StreamError) => void) => void,
  ): Promise<Answer<T>> {
    const id = String(++this.#last);
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const refuse = (error: StreamError) => {
        stop();
        this.#open.delete(id);
        reject(error);
      };
      const waitOn = () => {
        stop();
        stop = this.#after(timeoutMs, () => late(refuse));
      };
      const settle = resolve as (reply: ServerReply) => void;
      this.#open.set(id, { parts: [], resolve: settle, reject: refuse, waitOn, stop: () => stop() });
      waitOn();
      try {
        send({ v: 1, id, ...ask } as unknown as ClientMessage);
      } catch (error) {
        refuse(error instanceof StreamError ? error : new StreamError(0, 'disconnected', String(error)));
      }
    });
  }

  answered(reply: ServerReply): void {
    const open = this.#open.get(reply.id);
    if (!open) return;
    const whole = reply.type === 'part' ? this.#join(open, reply) : reply;
    if (whole) {
      open.stop();
      this.#open.delete(reply.id);
      open.resolve(whole);
    } else open.waitOn();
  }

  refused(id: string, error: ServerError): void {
    this.#open.get(id)?.reject(StreamError.of(error));
  }

  get size(): number {
    return this.#open.size;
  }

  /** The connection is gone: nothing will be answered. */
  end(reason: string): void {
    for (const open of [...this.#open.values()]) open.reject(new StreamError(0, 'disconnected', reason));
  }

  /** Parts may come in any order. */
  #join(open: Open, part: Extract<ServerReply, { type: 'part' }>): ServerReply | undefined {
    open.parts[part.n] = part.data;
    for (let n = 0; n < part.of; n++) if (open.parts[n] === undefined) return undefined;
    return { ...part, n: 0, of: 1, data: open.parts.join('') };
  }
}
