/** One connection from the attempt to its end: token, socket, welcome, questions and answers, and its own care for not
 * ending by surprise (token refreshed, next connection asked for in time, silence taken for death). */

import { encode, utf8Bytes } from '../domain/protocol/encode.ts';
import {
  BEARER_PREFIX,
  ERRORS,
  MAX_FRAME_BYTES,
  type ServerError,
  type ServerMessage,
  type ServerPush,
  SUBPROTOCOL,
  TENANT_PREFIX,
} from '../domain/protocol/messages.ts';
import { parseServerMessage } from '../domain/protocol/parse-server-message.ts';
import { type End, endOf } from './end.ts';
import { Pace } from './pace.ts';
import type { Platform, Socket } from './platform.ts';
import { type Answer, type Ask, Requests } from './requests.ts';
import { StreamError } from './stream-error.ts';
import { askForToken, type TokenAnswer } from './token.ts';
import { keepUp } from './upkeep.ts';

export type Welcome = Answer<'hello'>;
export type Push = Extract<ServerPush, { type: 'event' | 'alert' }>;

export interface ConnectionOptions {
  readonly url: string;
  readonly getToken: () => string | Promise<string>;
  readonly tenant?: string | undefined;
  readonly connectTimeoutMs: number;
  readonly replyTimeoutMs: number;
}

export interface ConnectionListener {
  welcomed(connection: Connection): void;
  pushed(connection: Connection, push: Push, size: number): void;
  /** Time for a heartbeat. */
  beat(connection: Connection): void;
  roundTrip(ms: number): void;
  /** It will not last: open the next one now. */
  leaving(connection: Connection, reason: string): void;
  /** An error that answers no question. */
  problem(error: ServerError): void;
  /** Once. */
  ended(connection: Connection, end: End): void;
}

/** Answers to these may take the server a while; a slow one says nothing about the connection. */
const SLOW_REPLY_MS = 30_000;
/** A page that was just woken wants to know soon whether its socket still lives. */
const PROBE_MS = 4_000;
/** Words that announce the end of this connection, not of all. */
const LEAVING_WORDS: readonly string[] = ['shutdown', 'token_expired', 'connection_expired', 'slow_consumer'];

export class Connection {
  welcome: Welcome | undefined;
  /** Set once it announced its end. */
  isLeaving = false;
  isEnded = false;
  readonly startedAtMs: number;
  welcomedAtMs = 0;
  readonly #platform: Platform;
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #timers = new Set<() => void>();
  readonly #requests: Requests;
  readonly #pace = new Pace();
  #socket: Socket | undefined;
  #lastWord: ServerError | undefined;
  #isRetired = false;

  constructor(platform: Platform, options: ConnectionOptions, listener: ConnectionListener) {
    this.#platform = platform;
    this.#options = options;
    this.#listener = listener;
    this.startedAtMs = platform.now();
    this.#requests = new Requests((ms, run) => this.after(ms, run));
    queueMicrotask(() => void this.#start()); // so that nothing calls back before the constructor has returned
  }

  /** Rejects with `StreamError`: the server's error, or `disconnected`. */
  ask<T extends Ask['type']>(ask: Ask & { type: T }, timeoutMs?: number): Promise<Answer<T>> {
    if (this.isEnded) return Promise.reject(new StreamError(0, 'disconnected', 'the connection has ended'));
    const slow = ask.type === 'fetch' || ask.type === 'act';
    const waitMs = timeoutMs ?? (slow ? SLOW_REPLY_MS : this.#options.replyTimeoutMs);
    const askedAtMs = this.#platform.now();
    const answer = this.#requests.ask<T>(
      ask,
      (message) => this.#send(encode(message)),
      waitMs,
      (reject) => {
        const reason = `the server did not answer a ${ask.type} within ${waitMs} ms`;
        if (slow) reject(new StreamError(0, 'timeout', reason));
        else this.#end({ reason, giveUp: false });
      },
    );
    if (ask.type === 'ping' || ask.type === 'pull')
      answer.then(
        () => this.#listener.roundTrip(Math.max(0, this.#platform.now() - askedAtMs)),
        () => {},
      );
    return answer;
  }

  /** Runs when it is this question's turn, unless the connection has ended by then. */
  inTurn(run: () => void): void {
    const waitMs = this.#pace.next(this.#platform.now());
    if (waitMs > 0) this.after(waitMs, run);
    else run();
  }

  /** Finds out soon whether the socket still lives. */
  probe(): void {
    if (this.welcome) this.ask({ type: 'ping' }, PROBE_MS).catch(() => {});
  }

  /** Runs after `ms` unless the connection has ended by then. */
  after(ms: number, run: () => void): () => void {
    if (this.isEnded) return () => {};
    const stop = this.#platform.after(ms, () => {
      this.#timers.delete(stop);
      run();
    });
    this.#timers.add(stop);
    return () => {
      this.#timers.delete(stop);
      stop();
    };
  }

  close(reason: string): void {
    this.#end({ reason, giveUp: false });
  }

  /** The next connection has taken over: closes as soon as nothing waits for an answer here. */
  retire(): void {
    this.#isRetired = true;
    if (this.#requests.size === 0) this.close('replaced by the next connection');
  }

  async #start(): Promise<void> {
    if (this.isEnded) return;
    const { connectTimeoutMs, url, tenant } = this.#options;
    const answer = await this.#token();
    if (this.isEnded) return;
    if (answer.kind === 'failed') return this.#end({ reason: answer.reason, giveUp: false });
    this.after(connectTimeoutMs, () => {
      if (!this.welcome)
        this.#end({ reason: `no welcome from the server within ${connectTimeoutMs} ms`, giveUp: false });
    });
    const protocols = [SUBPROTOCOL, BEARER_PREFIX + answer.token];
    if (tenant !== undefined) protocols.push(TENANT_PREFIX + tenant);
    try {
      this.#listen(new this.#platform.WebSocket(url, protocols));
    } catch {
      // The platform's message may hold the token.
      this.#end({ reason: 'the platform refused to open a WebSocket to the URL', giveUp: false });
    }
  }

  #token(): Promise<TokenAnswer> {
    const { getToken, connectTimeoutMs } = this.#options;
    return askForToken(getToken, connectTimeoutMs, (ms, run) => this.after(ms, run));
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.onopen = () => this.#hello();
    socket.onerror = () => {}; // what there is to know comes with `close`
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (!this.isEnded && typeof data === 'string') this.#received(data);
    };
    socket.onclose = (close: { code: number; reason: string }) =>
      this.#end(endOf(close, this.#lastWord, this.welcome !== undefined));
  }

  /** The server speaks when it is spoken to. */
  #hello(): void {
    this.ask({ type: 'hello' }, this.#options.connectTimeoutMs).catch(({ message }: Error) =>
      this.#end({ reason: `no welcome from the server: ${message}`, giveUp: false }),
    );
  }

  #send(text: string): void {
    const bytes = utf8Bytes(text);
    if (bytes > MAX_FRAME_BYTES)
      throw new StreamError(
        ERRORS.too_large,
        'too_large',
        `the message has ${bytes} bytes, the server takes ${MAX_FRAME_BYTES}: make the filter shorter`,
      );
    this.#socket?.send(text);
  }

  #received(text: string): void {
    const parsed = parseServerMessage(text);
    if (parsed.kind === 'unknown') return;
    const { message } = parsed;
    this.#lastWord = message.type === 'error' && message.id === undefined ? message : undefined;
    this.#handle(message, text.length);
  }

  #handle(message: ServerMessage, size: number): void {
    switch (message.type) {
      case 'welcome':
        this.#requests.answered(message);
        this.#welcomed(message);
        break;
      case 'event':
      case 'alert':
        this.#listener.pushed(this, message, size);
        break;
      case 'goaway':
        this.leave(message.reason);
        break;
      case 'error':
        if (message.id !== undefined) this.#requests.refused(message.id, message);
        else this.#listener.problem(message);
        if (LEAVING_WORDS.includes(message.name)) this.leave(message.message);
        break;
      default:
        this.#requests.answered(message);
    }
    if (this.#isRetired && this.#requests.size === 0) this.close('replaced by the next connection');
  }

  /** Asks, once, for the next connection. */
  leave(reason: string): void {
    if (this.isLeaving || this.isEnded) return;
    this.isLeaving = true;
    this.#listener.leaving(this, reason);
  }

  #welcomed(welcome: Welcome): void {
    if (this.welcome) return;
    this.welcome = welcome;
    this.welcomedAtMs = this.#platform.now();
    keepUp(
      {
        now: this.#platform.now,
        random: this.#platform.random,
        after: (ms, run) => this.after(ms, run),
        beat: () => !this.#isRetired && this.#listener.beat(this),
        token: () => this.#token(),
        refresh: (token) => this.#refresh(token),
        leave: (reason) => this.leave(reason),
      },
      welcome,
    );
    this.#listener.welcomed(this);
  }

  /** The server's time of the token's end. */
  async #refresh(token: string): Promise<number> {
    const { expiresAtMs } = await this.ask({ type: 'refresh', token });
    return expiresAtMs;
  }

  #end(end: End): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const stop of this.#timers) stop();
    this.#timers.clear();
    try {
      this.#socket?.close(1000);
    } catch {
      // A socket that cannot be closed any more is closed.
    }
    this.#requests.end(end.reason);
    this.#listener.ended(this, end);
  }
}
