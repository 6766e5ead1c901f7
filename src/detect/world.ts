/** Who hears of a tenant's alerts now: routes, silences, planned work, and what graver alerts hold back. */
import { type Alert, PAGE_CHANNEL } from '../domain/alert/alert.ts';
import type { RuleBook } from '../domain/rules/rule-book.ts';
import type { AlertStore } from './ports.ts';
import { makeRouting } from './routing.ts';
import type { Addressed } from './step-context.ts';
import { nextLook, suppressionOf } from './suppression.ts';

/** Of one tenant, as it was some seconds ago at most. */
export interface World {
  address(alert: Alert, ruleChannels?: readonly string[]): Addressed;
  /** A notice that has just been made: what it is of may hold others back from now on. */
  noted(alert: Alert): void;
}

export interface Worlds {
  /** Rejects when the store does. */
  of(tenantId: string): Promise<World>;
  /** As it was asked for last. */
  known(tenantId: string): World | undefined;
}

export interface WorldsOptions {
  readonly store: Pick<AlertStore, 'records' | 'silences'>;
  readonly book: RuleBook;
  /** Destinations of alerts, by name. */
  readonly channels: readonly string[];
  readonly now: () => number;
}

export function makeWorlds({ store, book, channels, now }: WorldsOptions): Worlds {
  const { policy } = book;
  const route = makeRouting({ routes: policy.routes, channels });
  const worlds = new Map<string, { readonly world: World; readonly readMs: number }>();

  return {
    async of(tenantId) {
      const nowMs = now();
      const known = worlds.get(tenantId);
      if (known && Math.abs(nowMs - known.readMs) < FRESH_MS) return known.world;
      const world = await read(tenantId, nowMs);
      if (worlds.size >= MOST_TENANTS) worlds.clear();
      worlds.set(tenantId, { world, readMs: nowMs });
      return world;
    },
    known: (tenantId) => worlds.get(tenantId)?.world,
  };

  async function read(tenantId: string, nowMs: number): Promise<World> {
    const [silences, records] = await Promise.all([
      store.silences.list(tenantId, nowMs),
      store.records.open(tenantId, MOST_OPEN),
    ]);
    const open = new Map(records.map(({ alert }) => [alert.alertId, alert]));
    return {
      address(alert, ruleChannels) {
        const facts = { ...policy, silences, open: [...open.values()], nowMs: now() };
        const suppressedBy = suppressionOf(alert, facts);
        if (suppressedBy) return { channels: [], suppressedBy, lookMs: nextLook(suppressedBy, facts) };
        return { channels: route(alert, ruleChannels).filter((name) => name !== PAGE_CHANNEL) };
      },
      noted(alert) {
        if (alert.status === 'resolved') open.delete(alert.alertId);
        else open.set(alert.alertId, alert);
      },
    };
  }
}

/** A silence takes effect, and an end is noticed, this much later at most. */
const FRESH_MS = 2_000;
const MOST_OPEN = 200;
const MOST_TENANTS = 1_000;
