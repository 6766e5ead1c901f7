/** One subscription of the application, for as long as it lasts, over all the connections that carry it. */
import type { Position } from '../domain/position.ts';
import type { After } from '../domain/protocol/messages.ts';
import type { Connection } from './connection.ts';
import type { StreamError } from './stream-error.ts';

/** The same name subscribed again is another `Subscription`: what was meant for the first is never given to the second. */
export class Subscription {
  readonly name: string;
  readonly filter: unknown;
  readonly after: After;
  /** Resolves when the server has acknowledged it for the first time. */
  readonly begun: Promise<Position>;
  /** Pulled up to here; unknown until it has begun. */
  cursor: Position | undefined;
  /** Handed over up to here. */
  completeUpTo: Position | undefined;
  /** Up to here the trail is known not to be kept any more. */
  gapUpTo: Position | undefined;
  /** What the next pull asks for: ids while nothing is missing. */
  pullAs: 'ids' | 'events' = 'ids';
  wantsPull = false;
  /** Over which connection a pull is on its way. */
  pulling: Connection | undefined;
  ended = false;
  #resolve!: (position: Position) => void;
  #reject!: (error: StreamError) => void;

  constructor(name: string, filter: unknown, after: After) {
    this.name = name;
    this.filter = filter;
    this.after = after;
    this.begun = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.begun.catch(() => {}); // whoever called subscribe() hears of it; on reconnect nobody waits
  }

  /** The server acknowledged it; `position` counts the first time only. */
  began(position: Position): void {
    if (this.cursor === undefined) {
      this.cursor = position;
      this.completeUpTo = position;
      if (this.after !== 'now') this.pullAs = 'events'; // history: nothing of it is known yet
    }
    this.wantsPull = true;
    this.#resolve(this.cursor);
  }

  end(error: StreamError): void {
    this.ended = true;
    this.#reject(error);
  }
}
