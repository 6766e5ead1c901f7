/** Keeps each tenant's subscriptions compiled for the fan-out, and checks before each use that they are the current ones. */
import { FilterIndex, parseFilter } from '../domain/filter/index.ts';
import { causeOf, type Log } from './log.ts';
import type { Subscription, Subscriptions } from './ports.ts';

export interface SubscriptionIndex {
  /** The tenant's subscriptions that match and have not expired, as of some moment after the call. */
  match(tenantId: string, event: object, nowMs: number): Promise<readonly Subscription[]>;
  /** Filters that did not parse when they were read: written by another version, or damaged. */
  readonly skipped: number;
}

export interface SubscriptionIndexOptions {
  readonly subscriptions: Pick<Subscriptions, 'version' | 'live'>;
  /** Tenants kept; the one used longest ago is forgotten. */
  readonly maxTenants: number;
  readonly now: () => number;
  readonly log: Log;
}

export function makeSubscriptionIndex(options: SubscriptionIndexOptions): SubscriptionIndex {
  const { subscriptions, maxTenants, now, log } = options;
  const tenants = new Map<string, Compiled>();
  const loads = new Map<string, Promise<Compiled>>();
  let skipped = 0;

  const load = (tenantId: string) => {
    const running = loads.get(tenantId);
    if (running) return running;
    const started = reload(tenantId).finally(() => loads.delete(tenantId));
    loads.set(tenantId, started);
    return started;
  };

  /** The version is read before the rows: rows that are newer than it are found out at the next check. */
  const reload = async (tenantId: string): Promise<Compiled> => {
    const version = await subscriptions.version(tenantId);
    const rows: Subscription[] = [];
    let next: string | undefined;
    do {
      const page = await subscriptions.live(tenantId, now(), next);
      rows.push(...page.subscriptions);
      next = page.next;
    } while (next !== undefined);
    const compiled = tenants.get(tenantId) ?? { version, held: new Map(), index: new FilterIndex<Held>() };
    skipped += apply(compiled, rows, log);
    compiled.version = version;
    keep(tenantId, compiled);
    return compiled;
  };

  const keep = (tenantId: string, compiled: Compiled) => {
    tenants.delete(tenantId);
    tenants.set(tenantId, compiled);
    const [oldest] = tenants.size > maxTenants ? tenants.keys() : [];
    if (oldest !== undefined) tenants.delete(oldest);
  };

  /** A load that began before the version was asked for may be older than it: only a later one will do. */
  const changedSince = async (tenantId: string, version: number): Promise<Compiled | undefined> => {
    const running = loads.get(tenantId);
    if (running) await running.catch(() => undefined);
    const compiled = tenants.get(tenantId);
    if (compiled?.version === version) return compiled;
    return load(tenantId);
  };

  return {
    get skipped() {
      return skipped;
    },
    async match(tenantId, event, nowMs) {
      const compiled = tenants.get(tenantId);
      const checking = subscriptions.version(tenantId);
      if (!compiled) return found(await changedSince(tenantId, await checking), event, nowMs);
      const before = compiled.version;
      const guess = found(compiled, event, nowMs);
      const version = await checking;
      if (version === before) {
        keep(tenantId, compiled);
        return guess;
      }
      return found(await changedSince(tenantId, version), event, nowMs);
    },
  };
}

interface Held {
  subscription: Subscription;
  readonly pattern: string;
}

interface Compiled {
  version: number;
  readonly held: Map<string, Held>;
  readonly index: FilterIndex<Held>;
}

function found(compiled: Compiled | undefined, event: object, nowMs: number): readonly Subscription[] {
  const matching: Subscription[] = [];
  for (const { subscription } of compiled?.index.match(event) ?? [])
    if (subscription.expiresAtMs > nowMs) matching.push(subscription);
  return matching;
}

/** Only what changed is compiled anew. Returns the number of filters that did not parse. */
function apply(compiled: Compiled, rows: readonly Subscription[], log: Log): number {
  const { held, index } = compiled;
  const gone = new Set(held.keys());
  let failed = 0;
  for (const subscription of rows) {
    const key = `${subscription.connectionId} ${subscription.sub}`;
    const pattern = JSON.stringify(subscription.pattern);
    const known = held.get(key);
    if (known?.pattern === pattern) {
      known.subscription = subscription;
      gone.delete(key);
      continue;
    }
    try {
      const filter = parseFilter(subscription.pattern);
      const entry = { subscription, pattern };
      if (known) index.remove(known);
      index.add(entry, filter);
      held.set(key, entry);
      gone.delete(key);
    } catch (error) {
      failed++;
      log('warn', 'subscription skipped: its filter does not parse', { cause: causeOf(error) });
    }
  }
  for (const key of gone) {
    const entry = held.get(key);
    if (entry) index.remove(entry);
    held.delete(key);
  }
  return failed;
}
