/** `fetch` and `act`: questions of the application, which wait for a live connection, but not for ever. */
import type { Connection } from './connection.ts';
import type { Platform } from './platform.ts';
import type { Answer, Ask } from './requests.ts';
import { StreamError } from './stream-error.ts';

/** How long a call waits for a connection. */
const PATIENCE_MS = 30_000;

export class Calls {
  readonly #platform: Platform;
  /** The connection to ask over, an error if there will be none, or nothing yet. */
  readonly #find: () => Connection | StreamError | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(platform: Platform, find: () => Connection | StreamError | undefined) {
    this.#platform = platform;
    this.#find = find;
  }

  /** `again`: whether to ask on the next connection if this one is lost before the answer. */
  async ask<T extends 'fetch' | 'act'>(ask: Ask & { type: T }, again: boolean): Promise<Answer<T>> {
    const untilMs = this.#platform.now() + PATIENCE_MS;
    for (;;) {
      const connection = await this.#connection(untilMs);
      try {
        return await connection.ask<T>(ask);
      } catch (error) {
        const isLost = (error as StreamError).name === 'disconnected';
        if (!again || !isLost || this.#platform.now() >= untilMs) throw error;
      }
    }
  }

  /** Things have changed: those who wait look again. */
  wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  #connection(untilMs: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#find();
        if (!found) return;
        stop();
        this.#waiting.delete(look);
        if (found instanceof StreamError) reject(found);
        else resolve(found);
      };
      const stop = this.#platform.after(Math.max(0, untilMs - this.#platform.now()), () => {
        this.#waiting.delete(look);
        reject(
          new StreamError(0, 'timeout', 'there was no connection to ask over; try again when it is live'),
        );
      });
      this.#waiting.add(look);
      look();
    });
  }
}
