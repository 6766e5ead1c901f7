/** Makes what the steps of a tenant's groups are given: the clock, names, and who hears. */
import type { RuleBook } from '../domain/rules/rule-book.ts';
import type { AlertStore } from './ports.ts';
import type { GroupContext } from './step-context.ts';
import { makeWorlds, type World } from './world.ts';

export interface Contexts {
  /** Rejects when the store does. */
  of(tenantId: string): Promise<GroupContext>;
  /** A notice is safe: what it says holds for the next ones. */
  noted: World['noted'];
}

export interface ContextsOptions {
  readonly store: Pick<AlertStore, 'records' | 'silences'>;
  readonly book: RuleBook;
  readonly channels: readonly string[];
  readonly now: () => number;
  readonly newId: (nowMs: number) => string;
  readonly dashboardUrl?: string | undefined;
}

export function makeContexts(options: ContextsOptions): Contexts {
  const { now, newId, dashboardUrl } = options;
  const worlds = makeWorlds(options);
  return {
    async of(tenantId) {
      const { address } = await worlds.of(tenantId);
      return { tenantId, nowMs: now(), newId, address, dashboardUrl };
    },
    noted: (alert) => worlds.known(alert.tenantId)?.noted(alert),
  };
}
