/** Order `known`: each event is handed over the moment it is known, by push or by page, and never again. */
import type { Position } from '../domain/position.ts';
import type { Entry, HandOver, Known, Outlet } from './hand-over.ts';
import type { SeenIds } from './seen-ids.ts';
import type { Subscription } from './subscription.ts';

export class HandOverKnown implements HandOver {
  readonly #seen: SeenIds;
  readonly #outlet: Outlet;

  constructor(seen: SeenIds, outlet: Outlet) {
    this.#seen = seen;
    this.#outlet = outlet;
  }

  /** A push that cannot be judged or remembered is let go: the trail brings the event again. So is one whose id is
   * known: if it says more (other content, other subscriptions), the trail decides. */
  pushed(known: Known): void {
    if (this.#seen.has(known.id) || this.#seen.mayHaveForgottenPush(known.acceptedAtMs)) return;
    const at = { acceptedAtMs: known.acceptedAtMs, seenAtMs: this.#outlet.now() };
    if (this.#seen.add(known.id, known.subs, known.subs, at)) this.#outlet.give(known, known.subs, 'push');
  }

  ids(sub: Subscription, ids: readonly string[], position: Position): boolean {
    if (!ids.every((id) => this.#seen.given(id, sub))) return false;
    for (const id of ids) this.#seen.listed(id, sub, position);
    this.#advance(sub, position);
    return true;
  }

  entries(sub: Subscription, entries: readonly Entry[], position: Position): void {
    let doubted = false;
    for (const entry of entries) {
      if (sub.ended || !this.#outlet.open) return;
      if (this.#seen.has(entry.id)) this.#known(sub, entry);
      else if (!this.#seen.mayHaveForgotten(entry.position, entry.acceptedAtMs)) this.#give(sub, entry);
      else {
        if (!doubted && !this.#passedByAnother(sub, entry)) {
          doubted = true;
          this.#outlet.gap(sub, { from: sub.cursor ?? entry.position, availableFrom: position }, 'memory');
        }
        this.#remember(entry, [sub], []);
        this.#outlet.also(entry, sub);
      }
    }
    if (!sub.ended && this.#outlet.open) this.#advance(sub, position);
  }

  wants(sub: Subscription): 'ids' | 'events' {
    return sub.pullAs;
  }

  began(): void {}

  ended(sub: Subscription): void {
    this.#seen.ended(sub);
  }

  #known(sub: Subscription, entry: Entry): void {
    const given = this.#seen.given(entry.id, sub);
    this.#seen.listed(entry.id, sub, entry.position);
    if (!given) this.#outlet.also(entry, sub);
  }

  #give(sub: Subscription, entry: Entry): void {
    const others = entry.subs.filter((other) => other !== sub && !passed(other, entry.position));
    const subs = [sub, ...others];
    if (this.#remember(entry, subs, others)) this.#outlet.give(entry, subs, 'pull');
    else {
      this.#remember(entry, [sub], []);
      this.#outlet.give(entry, [sub], 'pull');
    }
  }

  #remember(entry: Entry, subs: readonly Subscription[], waiting: readonly Subscription[]): boolean {
    const { acceptedAtMs, position } = entry;
    return this.#seen.add(entry.id, subs, waiting, {
      acceptedAtMs,
      seenAtMs: this.#outlet.now(),
      upTo: position,
    });
  }

  /** Another subscription that matches is complete beyond it: it was handed over then, whatever we remember. */
  #passedByAnother(sub: Subscription, entry: Entry): boolean {
    return entry.subs.some((other) => other !== sub && passed(other, entry.position));
  }

  #advance(sub: Subscription, position: Position): void {
    if (sub.cursor !== undefined && position <= sub.cursor) return;
    sub.cursor = position;
    sub.completeUpTo = position;
    this.#outlet.complete(sub, position);
  }
}

function passed(sub: Subscription, position: Position): boolean {
  return sub.completeUpTo !== undefined && position <= sub.completeUpTo;
}
