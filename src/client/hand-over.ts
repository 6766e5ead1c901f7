/** What the two orders of handing over have in common: what they are told, and what they tell the application. */
import type { Position } from '../domain/position.ts';
import type { Gap, WireEvent } from '../domain/protocol/messages.ts';
import type { Subscription } from './subscription.ts';

/** An event (or an alert) that became known, with the living subscriptions that it matches. */
export interface Known extends WireEvent {
  readonly kind: 'event' | 'alert';
  readonly id: string;
  readonly acceptedAtMs: number;
  readonly subs: readonly Subscription[];
}
export type Entry = Known & { readonly position: Position };

export interface HandOver {
  /** A push came. `size`: characters of its text. */
  pushed(known: Known, size: number): void;
  /** All ids that matched `sub` after its cursor up to `position`. False when the bodies are needed: pull the same
   * span as events. */
  ids(sub: Subscription, ids: readonly string[], position: Position): boolean;
  entries(sub: Subscription, entries: readonly Entry[], position: Position): void;
  /** What to pull for `sub` now; `nothing` while others have to catch up first. */
  wants(sub: Subscription): 'ids' | 'events' | 'nothing';
  began(sub: Subscription): void;
  ended(sub: Subscription): void;
}

/** The application's end. */
export interface Outlet {
  /** False once the client was closed, perhaps by a listener in the middle of a page. */
  readonly open: boolean;
  readonly now: () => number;
  give(known: Known, subs: readonly Subscription[], via: 'push' | 'pull'): void;
  also(known: Known, sub: Subscription): void;
  gap(sub: Subscription, gap: Gap, reason: 'retention' | 'memory'): void;
  complete(sub: Subscription, position: Position): void;
}
