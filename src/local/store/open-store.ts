/** The durable home of everything on one machine: bus, queues, trail, archive, subscriptions. */

import type { AlertStore } from '../../detect/ports.ts';
import type { Accounts } from '../../domain/accounts.ts';
import { TOPOLOGY_WITHOUT_RULES } from '../../domain/topology.ts';
import type { AlertMemory } from '../../sink/alert-memory.ts';
import type { Consumer, Subscriptions, Trail } from '../../stream/ports.ts';
import type { Replays } from '../../stream/replays.ts';
import { type Acceptable, type Accepted, type DeliverDirect, makeAccept } from './accept.ts';
import { makeAccounts } from './accounts.ts';
import { makeAlertMemory } from './alert-memory.ts';
import { makeAlertStore } from './alert-store.ts';
import { type Consumption, consume } from './consume.ts';
import { cannotOpen, type Database, openDatabase, storeTrouble } from './database.ts';
import { makeDeadLetters, type StoredDeadLetters } from './dead-letters.ts';
import { makeEnqueue } from './enqueue.ts';
import { makeMeters } from './meters.ts';
import { makePositions } from './positions.ts';
import { makeQueue, releaseHeld } from './queue.ts';
import { makeQueueCounts, type QueueCounts } from './queue-counts.ts';
import { makeReplays } from './replays.ts';
import { keepSweeping, makeSweep, type Retention } from './retention.ts';
import { makeRoutes, type Topology } from './routes.ts';
import { makeSubscriptions } from './subscriptions.ts';
import { makeTenants } from './tenants.ts';
import { platformTimers, type Timers } from './timers.ts';
import { makeTrail } from './trail.ts';

export interface StoreOptions extends Partial<Timers> {
  /** A folder that this process owns while the store is open, or `:memory:`. */
  readonly dataDir: string;
  /** FULL (default): an accepted event survives a power cut. NORMAL: it survives a crash of the process only.
   * FULL waits for the disk once a commit, in the thread that calls: 0.2 ms on an SSD, 5–10 ms on a spinning disk, which
   * also holds up everything else in the process that long, at most once per group of calls.
   * https://www.sqlite.org/pragma.html#pragma_synchronous */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** The most pages (4 KiB) the file may have; beyond it nothing is accepted, as on a full disk. */
  readonly maxPages?: number;
  readonly retention?: Partial<Retention>;
  /** Default true. False lets go of nothing: for who opens a home whose retention it does not know. */
  readonly sweeps?: boolean;
  readonly topology?: Topology;
  readonly now?: () => number;
  readonly random?: () => number;
  /** Told in words when the disk or a consumer is in trouble. */
  readonly report?: (trouble: string) => void;
}

export interface Store {
  /** Resolves after the commit; see `Accepted`. */
  accept(entries: readonly Acceptable[]): Promise<readonly Accepted[]>;
  /** Calls `deliver` after the commit for every event that the direct route matches. Returns how to stop. */
  onDirect(route: string, deliver: DeliverDirect): () => void;
  /** Runs a consumer on a queued route until it is stopped. */
  consume(route: string, consumer: Consumer): { stop(): Promise<void> };
  readonly subscriptions: Subscriptions;
  readonly trail: Trail;
  readonly deadLetters: StoredDeadLetters;
  readonly alertMemory: AlertMemory;
  readonly alertStore: AlertStore;
  readonly replays: Replays;
  accounts(): Promise<Accounts>;
  /** Waiting and given up, now: about 60 ms for a million messages. */
  countQueue(queue: string): QueueCounts;
  /** The tenants that have events, in order. */
  tenants(): readonly string[];
  /** Commits what waits, stops the consumers, closes the file. Later events are answered `unavailable`. */
  close(): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_RETENTION: Retention = { archiveMs: 30 * DAY_MS, trailMs: 7 * DAY_MS };

/** Throws StoreError, in words, when the folder is in use or its file cannot be opened. */
export function openStore(options: StoreOptions): Store {
  const db = openDatabase(options.dataDir, options.synchronous ?? 'FULL', options.maxPages);
  try {
    return compose(db, options);
  } catch (cause) {
    db.close();
    throw cannotOpen(db.path, cause);
  }
}

function compose(db: Database, options: StoreOptions): Store {
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const report = options.report ?? (() => {});
  const retention = { ...DEFAULT_RETENTION, ...options.retention };
  const timers: Timers = {
    setTimeout: options.setTimeout ?? platformTimers.setTimeout,
    clearTimeout: options.clearTimeout ?? platformTimers.clearTimeout,
  };
  const routes = makeRoutes(options.topology ?? TOPOLOGY_WITHOUT_RULES);
  const subscriptions = makeSubscriptions({ now });

  try {
    for (const route of routes.queues) releaseHeld(db, route, now());
  } catch (error) {
    if (storeTrouble(error) === undefined) throw error;
    report(storeTrouble(error) ?? ''); // they come back by themselves, later
  }
  const direct = new Map<string, Set<DeliverDirect>>();
  const consumptions = new Map<string, Set<Consumption>>();
  const wake = (queue: string) => {
    for (const consumption of consumptions.get(queue) ?? []) consumption.wake();
  };

  const meters = makeMeters(db);
  const countQueue = makeQueueCounts(db);
  const enqueue = makeEnqueue(db, meters);
  const positions = makePositions(db, now);
  const acceptance = makeAccept(db, routes, {
    now,
    enqueue,
    wake,
    report,
    direct: (route) => direct.get(route) ?? [],
  });
  const sweep = makeSweep(db, routes, { now, retention, meters, positions });
  const stopSweeping = options.sweeps === false ? () => {} : keepSweeping(sweep, { ...timers, report });
  let closing: Promise<void> | undefined;

  return {
    accept: acceptance.accept,
    onDirect(route, deliver) {
      const listeners = direct.get(route) ?? new Set();
      direct.set(route, listeners.add(deliver));
      return () => listeners.delete(deliver);
    },
    consume(name, consumer) {
      const route = routes.queue(name);
      const running = consume(makeQueue(db, route, { now, random, meters }), route, consumer, {
        ...timers,
        now,
        report,
      });
      const all = consumptions.get(name) ?? new Set();
      consumptions.set(name, all.add(running));
      return {
        stop() {
          all.delete(running);
          return running.stop();
        },
      };
    },
    subscriptions,
    trail: makeTrail(db, { positions, retentionMs: retention.trailMs }),
    deadLetters: makeDeadLetters(db, routes, { now, meters, wake }),
    alertMemory: makeAlertMemory(db),
    alertStore: makeAlertStore(db, now),
    replays: makeReplays(db, routes, { now, enqueue, wake }),
    accounts: makeAccounts(db, routes, {
      now,
      meters,
      countQueue,
      archiveRetentionMs: retention.archiveMs,
      trailRetentionMs: retention.trailMs,
    }),
    countQueue,
    tenants: makeTenants(db),
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    stopSweeping();
    acceptance.close();
    await Promise.all([...consumptions.values()].flatMap((running) => [...running].map((one) => one.stop())));
    try {
      positions.save();
    } catch (error) {
      report(storeTrouble(error) ?? String(error));
    }
    subscriptions.end();
    db.close();
  }
}
