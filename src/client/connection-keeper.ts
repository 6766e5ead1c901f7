/** Keeps one connection: tries again when it is lost, opens the next before it ends, and says how things stand. */
import type { Status } from './client.ts';
import type { Connection } from './connection.ts';
import type { End } from './end.ts';
import type { Platform } from './platform.ts';
import { RetrySchedule } from './retry-schedule.ts';

/** A wake-up right after an attempt does not start another. */
const MIN_BETWEEN_ATTEMPTS_MS = 1_000;

export class ConnectionKeeper {
  status: Status = { kind: 'idle' };
  /** The one that is relied on; `#next` takes over when it has caught up. */
  current: Connection | undefined;
  #next: Connection | undefined;
  /** Taken over from, and perhaps still owed an answer. */
  #old: Connection | undefined;
  #stopWaiting: (() => void) | undefined;
  #lastAttemptAtMs = Number.NEGATIVE_INFINITY;
  readonly #platform: Platform;
  readonly #open: () => Connection;
  readonly #onStatus: (status: Status) => void;
  readonly #retry: RetrySchedule;

  constructor(platform: Platform, open: () => Connection, onStatus: (status: Status) => void) {
    this.#platform = platform;
    this.#open = open;
    this.#onStatus = onStatus;
    this.#retry = new RetrySchedule(platform.random);
  }

  start(): void {
    if (this.status.kind === 'idle' || this.status.kind === 'closed') this.#connect();
  }

  stop(reason: string, code?: number): void {
    if (this.status.kind === 'closed') return;
    this.#wait();
    const open = [this.#old, this.#next, this.current];
    this.#old = undefined;
    this.#next = undefined;
    this.current = undefined;
    this.#retry.attempt = 0;
    this.#set({ kind: 'closed', reason, ...(code === undefined ? {} : { code }) });
    for (const connection of open) connection?.close(reason);
  }

  /** The page came back, or the network did (`online`), or it went. */
  wake(online: boolean): void {
    if (this.status.kind === 'live') this.current?.probe();
    if (this.status.kind !== 'waiting' || !online) return;
    const sinceMs = this.#platform.now() - this.#lastAttemptAtMs;
    if (sinceMs >= MIN_BETWEEN_ATTEMPTS_MS || sinceMs < 0) this.#connect();
  }

  welcomed(connection: Connection): void {
    if (connection === this.current) this.#live();
  }

  /** Make before break: the old one stays until `caughtUp` says that the next one has everything. */
  leaving(connection: Connection): void {
    if (connection !== this.current || this.#next || this.#stopWaiting) return;
    this.#retry.lived(this.#platform.now() - connection.welcomedAtMs);
    this.#replaceIn(this.#retry.promptly());
  }

  caughtUp(connection: Connection): void {
    if (connection !== this.#next) return;
    this.#old = this.current;
    this.current = connection;
    this.#next = undefined;
    this.#old?.retire();
    this.#live();
    if (connection.isLeaving) this.leaving(connection);
  }

  ended(connection: Connection, end: End): void {
    if (connection !== this.current && connection !== this.#next) return;
    if (end.giveUp) this.stop(end.reason, end.code);
    else this.#lost(connection, end);
  }

  #lost(connection: Connection, end: End): void {
    if (connection.welcome) this.#retry.lived(this.#platform.now() - connection.welcomedAtMs);
    if (connection === this.#next) {
      this.#next = undefined;
      this.#replaceIn(this.#retry.next());
    } else if (this.#next) {
      this.current = this.#next;
      this.#next = undefined;
      if (this.current.welcome) this.#live();
      else this.#set({ kind: 'connecting', attempt: this.#retry.attempt + 1 });
    } else this.#connectIn(connection.isLeaving ? this.#retry.promptly() : this.#retry.next(), end.reason);
  }

  #connectIn(delayMs: number, reason: string): void {
    this.current = undefined;
    this.#wait(this.#platform.after(delayMs, () => this.#connect()));
    const retryAtMs = this.#platform.now() + delayMs;
    this.#set({ kind: 'waiting', attempt: this.#retry.attempt, retryAtMs, reason });
  }

  #connect(): void {
    this.#wait();
    this.#lastAttemptAtMs = this.#platform.now();
    this.#set({ kind: 'connecting', attempt: this.#retry.attempt + 1 });
    // A listener may have closed it just now.
    if (this.status.kind === 'connecting') this.current = this.#open();
  }

  #replaceIn(delayMs: number): void {
    this.#wait(
      this.#platform.after(delayMs, () => {
        this.#wait();
        this.#next = this.#open();
      }),
    );
  }

  /** One timer: for the next attempt, or for the next connection beside this one. */
  #wait(stop?: () => void): void {
    this.#stopWaiting?.();
    this.#stopWaiting = stop;
  }

  #live(): void {
    if (this.current) this.#set({ kind: 'live', since: this.current.welcomedAtMs });
  }

  #set(status: Status): void {
    this.status = status;
    this.#onStatus(status);
  }
}
