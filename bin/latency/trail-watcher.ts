/** Finds out when a pull brings an event: asks for ids again and again, as a viewer does whose pushes are all lost. */
import { WebSocket } from 'ws';
import { Connection } from '../../src/client/connection.ts';
import { type Platform, platformOf } from '../../src/client/platform.ts';
import type { Position } from '../../src/domain/position.ts';
import type { Access } from '../access.ts';

export interface TrailWatcher {
  /** Event id → when a pull had it, on the clock of `performance.now()`. */
  readonly foundAtMs: ReadonlyMap<string, number>;
  /** How long each pull took, ms. */
  readonly pullsMs: readonly number[];
  close(): void;
}

/** Often enough to be a small part of the seconds that the trail stays behind by design. */
const EVERY_MS = 500;
const TIMEOUT_MS = 30_000;
const SUB = 'trail';

/** Rejects when the first connection fails. Goes on over a new one, from where it was, when one is lost later. */
export async function watchTrail(access: Access, filter: unknown): Promise<TrailWatcher> {
  const platform = platformOf({ url: access.streamUrl, getToken: access.getToken, WebSocket });
  const foundAtMs = new Map<string, number>();
  const pullsMs: number[] = [];
  let after: Position | undefined;
  let isClosed = false;
  let connection = await subscribe();
  void watch();
  return {
    foundAtMs,
    pullsMs,
    close() {
      isClosed = true;
      connection.close('done');
    },
  };

  async function subscribe(): Promise<Connection> {
    const opened = await connect(platform, access);
    const { position } = await opened.ask({ type: 'subscribe', sub: SUB, filter, after: after ?? 'now' });
    after ??= position;
    return opened;
  }

  async function watch(): Promise<void> {
    while (!isClosed) {
      try {
        if (connection.isEnded) connection = await subscribe();
        if (await pull()) continue;
      } catch {
        connection.close('lost'); // a pull that failed is asked again, over a connection that works
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    connection.close('done');
  }

  /** Whether there is more at once. */
  async function pull(): Promise<boolean> {
    const askedAtMs = performance.now();
    const page = await connection.ask({ type: 'pull', sub: SUB, after: after as Position, as: 'ids' });
    const atMs = performance.now();
    pullsMs.push(atMs - askedAtMs);
    if ('ids' in page) for (const id of page.ids) foundAtMs.set(id, atMs);
    after = page.position;
    return page.more;
  }
}

/** Resolves once it is welcome. */
function connect(platform: Platform, { streamUrl, getToken, tenant }: Access): Promise<Connection> {
  const options = {
    url: streamUrl,
    getToken,
    tenant,
    connectTimeoutMs: TIMEOUT_MS,
    replyTimeoutMs: TIMEOUT_MS,
  };
  return new Promise((resolve, reject) => {
    new Connection(platform, options, {
      welcomed: resolve,
      ended: (_, { reason }) => reject(new Error(reason)),
      pushed: () => {},
      beat: () => {},
      roundTrip: () => {},
      leaving: () => {},
      problem: () => {},
    });
  });
}
