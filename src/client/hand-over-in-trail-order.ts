/** Order `trail`: events are handed over only from pages, each in its place, once all subscriptions have come that far. */
import type { Position } from '../domain/position.ts';
import type { Entry, HandOver, Known, Outlet } from './hand-over.ts';
import type { SeenIds } from './seen-ids.ts';
import type { Subscription } from './subscription.ts';

/** Pushed bodies are kept for their place in the order up to this many characters of text. */
const MAX_BODY_CHARS = 8_000_000;
/** A subscription that is this many entries ahead of the slowest waits for it. */
const MAX_AHEAD = 2_000;

/** Everything up to the frontier has been handed over. A subscription that begins behind it (history) comes by itself
 * until it has caught up; then it moves the frontier with the others. */
export class HandOverInTrailOrder implements HandOver {
  readonly #seen: SeenIds;
  readonly #outlet: Outlet;
  readonly #subs = new Set<Subscription>();
  /** Pushed, and not listed by a page yet. */
  readonly #bodies = new Map<string, { readonly known: Known; readonly size: number }>();
  #bodyChars = 0;
  /** Listed by a page, and beyond the frontier. */
  readonly #ahead = new Map<string, { readonly entry: Entry; readonly subs: Subscription[] }>();
  #frontier: Position | undefined;

  constructor(seen: SeenIds, outlet: Outlet) {
    this.#seen = seen;
    this.#outlet = outlet;
  }

  /** The body is kept, so that it need not travel again. */
  pushed(known: Known, size: number): void {
    if (this.#bodies.has(known.id) || this.#seen.has(known.id)) return;
    this.#bodies.set(known.id, { known, size });
    this.#bodyChars += size;
    for (const id of this.#bodies.keys()) {
      if (this.#bodyChars <= MAX_BODY_CHARS) return;
      this.#dropBody(id);
    }
  }

  /** Ids carry no positions, so they give the order only where there is one subscription to order. */
  ids(sub: Subscription, ids: readonly string[], position: Position): boolean {
    const bodies = ids.map((id) => this.#bodies.get(id)?.known);
    if (!this.#alone(sub) || bodies.includes(undefined)) return false;
    for (const known of bodies) {
      if (sub.ended || !this.#outlet.open) return true;
      if (!known) continue;
      this.#remember(known, [sub], position);
      this.#outlet.give(known, [sub], 'push');
    }
    this.#advance(sub, position);
    return true;
  }

  entries(sub: Subscription, entries: readonly Entry[], position: Position): void {
    let doubted = false;
    for (const entry of entries) {
      if (sub.ended || !this.#outlet.open) return;
      if (this.#frontier === undefined || entry.position > this.#frontier) this.#wait(sub, entry);
      else if (this.#seen.has(entry.id)) this.#late(sub, entry);
      else if (this.#seen.mayHaveForgotten(entry.position, entry.acceptedAtMs)) {
        if (!doubted)
          this.#outlet.gap(sub, { from: sub.cursor ?? entry.position, availableFrom: position }, 'memory');
        doubted = true;
        this.#remember(entry, [sub], entry.position);
        this.#outlet.also(entry, sub);
      } else this.#giveNow(entry, [sub]);
    }
    if (!sub.ended && this.#outlet.open) this.#advance(sub, position);
  }

  wants(sub: Subscription): 'ids' | 'events' | 'nothing' {
    const isAhead = this.#frontier !== undefined && (sub.cursor ?? '') > this.#frontier;
    if (isAhead && this.#ahead.size > MAX_AHEAD) return 'nothing';
    return this.#alone(sub) ? sub.pullAs : 'events';
  }

  began(sub: Subscription): void {
    this.#subs.add(sub);
  }

  ended(sub: Subscription): void {
    if (this.#subs.delete(sub)) this.#release();
  }

  #wait(sub: Subscription, entry: Entry): void {
    const waiting = this.#ahead.get(entry.id);
    if (!waiting) this.#ahead.set(entry.id, { entry, subs: [sub] });
    else if (!waiting.subs.includes(sub)) waiting.subs.push(sub);
  }

  /** Behind the frontier, known already: the subscription began later. */
  #late(sub: Subscription, entry: Entry): void {
    const given = this.#seen.given(entry.id, sub);
    this.#seen.listed(entry.id, sub, entry.position);
    if (!given) this.#outlet.also(entry, sub);
  }

  #advance(sub: Subscription, position: Position): void {
    if (sub.cursor === undefined || position > sub.cursor) sub.cursor = position;
    this.#release();
    const place = this.#frontier !== undefined && sub.cursor > this.#frontier ? this.#frontier : sub.cursor;
    this.#complete(sub, place);
  }

  /** Hands over what all that have caught up are past, in order. */
  #release(): void {
    const bound = this.#bound();
    if (bound === undefined || (this.#frontier !== undefined && bound <= this.#frontier)) return;
    const ready = [...this.#ahead.values()].filter(({ entry }) => entry.position <= bound);
    ready.sort((a, b) => (a.entry.position < b.entry.position ? -1 : 1));
    const caughtUp = this.#caughtUp();
    for (const { entry, subs } of ready) {
      if (!this.#outlet.open) return;
      if (!this.#ahead.delete(entry.id)) continue; // a listener ended a subscription, and that released it
      const living = subs.filter((sub) => !sub.ended);
      this.#moveTo(entry.position);
      this.#giveInPlace(entry, living);
    }
    this.#moveTo(bound);
    for (const sub of caughtUp) this.#complete(sub, bound);
  }

  #moveTo(position: Position): void {
    if (this.#frontier === undefined || position > this.#frontier) this.#frontier = position;
  }

  #giveInPlace(entry: Entry, subs: readonly Subscription[]): void {
    if (subs.length === 0) return;
    if (this.#seen.has(entry.id)) for (const sub of subs) this.#late(sub, entry);
    else this.#giveNow(entry, subs);
  }

  #giveNow(entry: Entry, subs: readonly Subscription[]): void {
    this.#remember(entry, subs, entry.position);
    this.#outlet.give(entry, subs, 'pull');
  }

  #bound(): Position | undefined {
    let bound: Position | undefined;
    for (const { cursor } of this.#caughtUp())
      if (cursor !== undefined && (bound === undefined || cursor < bound)) bound = cursor;
    return bound;
  }

  #caughtUp(): readonly Subscription[] {
    return [...this.#subs].filter(
      ({ cursor }) => cursor !== undefined && (this.#frontier === undefined || cursor >= this.#frontier),
    );
  }

  #alone(sub: Subscription): boolean {
    return this.#ahead.size === 0 && this.#subs.size === 1 && this.#subs.has(sub);
  }

  #complete(sub: Subscription, position: Position): void {
    if (sub.completeUpTo !== undefined && position <= sub.completeUpTo) return;
    sub.completeUpTo = position;
    this.#outlet.complete(sub, position);
  }

  #remember(known: Known, subs: readonly Subscription[], upTo: Position): void {
    const { acceptedAtMs } = known;
    this.#seen.add(known.id, subs, [], { acceptedAtMs, seenAtMs: this.#outlet.now(), upTo });
    this.#dropBody(known.id);
  }

  #dropBody(id: string): void {
    this.#bodyChars -= this.#bodies.get(id)?.size ?? 0;
    this.#bodies.delete(id);
  }
}
