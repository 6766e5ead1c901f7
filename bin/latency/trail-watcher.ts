/** Finds out when a pull brings an event: asks for ids again and again, as a viewer does whose pushes are all lost. */
import { WebSocket } from 'ws';
import { Connection } from '../../src/client/connection.ts';
import { platformOf } from '../../src/client/platform.ts';
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

/** Resolves once it is subscribed. A connection that ends later leaves the rest unfound. */
export function watchTrail(access: Access, filter: unknown): Promise<TrailWatcher> {
  const foundAtMs = new Map<string, number>();
  const pullsMs: number[] = [];
  const platform = platformOf({ url: access.streamUrl, getToken: access.getToken, WebSocket });
  return new Promise((resolve, reject) => {
    const connection = new Connection(
      platform,
      {
        url: access.streamUrl,
        getToken: access.getToken,
        tenant: access.tenant,
        connectTimeoutMs: TIMEOUT_MS,
        replyTimeoutMs: TIMEOUT_MS,
      },
      {
        welcomed: () => void begin().catch(reject),
        ended: (_, { reason }) => reject(new Error(reason)),
        pushed: () => {},
        beat: () => {},
        roundTrip: () => {},
        leaving: () => {},
        problem: () => {},
      },
    );

    async function begin(): Promise<void> {
      const { position } = await connection.ask({ type: 'subscribe', sub: SUB, filter, after: 'now' });
      void watch(position).catch(() => {});
      resolve({ foundAtMs, pullsMs, close: () => connection.close('done') });
    }

    async function watch(from: Position): Promise<void> {
      for (let after = from; !connection.isEnded; ) {
        const askedAtMs = performance.now();
        const page = await connection.ask({ type: 'pull', sub: SUB, after, as: 'ids' });
        const atMs = performance.now();
        pullsMs.push(atMs - askedAtMs);
        if ('ids' in page) for (const id of page.ids) foundAtMs.set(id, atMs);
        after = page.position;
        if (!page.more) await new Promise<void>((next) => connection.after(EVERY_MS, next));
      }
    }
  });
}
