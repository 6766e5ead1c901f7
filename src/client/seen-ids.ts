/** Remembers which ids were handed over, for whom, within a fixed number: the reason why nothing comes twice. */
import { type Position, positionTimeMs } from '../domain/position.ts';
import type { Subscription } from './subscription.ts';

interface Seen {
  readonly subs: readonly Subscription[];
  /** Those of `subs` whose pages have not listed it yet. */
  readonly waiting: readonly Subscription[];
  readonly acceptedAtMs: number;
  readonly seenAtMs: number;
  /** Its place in the trail is here or before, once a page has told. */
  readonly upTo?: Position;
}

/** An id that no page has listed for this long (stuck, or never to be recorded) may be forgotten when room is needed. */
const STALE_MS = 10 * 60_000;
/** Between the clock that accepts and the one that writes the trail. */
const SKEW_MS = 5_000;

/** Two parts: ids that a page has yet to list, which must be kept, and settled ones, kept against late duplicates as
 * far as there is room. What was forgotten is known by its bounds, so that "could I have forgotten this one?" has a
 * certain no. */
export class SeenIds {
  readonly #max: number;
  readonly #waiting = new Map<string, Seen>();
  readonly #settled = new Map<string, Seen>();
  /** Forgotten ids lie here or before in the trail … */
  #forgottenUpTo: Position | undefined;
  /** … and those whose place was never known were accepted then or before. */
  #forgottenAcceptedMs = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#waiting.size + this.#settled.size;
  }

  has(id: string): boolean {
    return this.#get(id) !== undefined;
  }

  /** Whether it was handed over for this subscription. */
  given(id: string, sub: Subscription): boolean {
    return this.#get(id)?.subs.includes(sub) ?? false;
  }

  /** Remembers what is handed over now, to be listed yet by the pages of `waiting`. False if there is no room to do
   * so: then it must not be handed over for those. */
  add(
    id: string,
    subs: readonly Subscription[],
    waiting: readonly Subscription[],
    at: { readonly acceptedAtMs: number; readonly seenAtMs: number; readonly upTo?: Position },
  ): boolean {
    if (waiting.length > 0 && !this.#roomAt(at.seenAtMs)) return false;
    this.#put(id, { subs, waiting, ...at });
    return true;
  }

  /** A page of `sub`, complete up to `upTo`, listed it; from now on it counts as handed over for `sub`. */
  listed(id: string, sub: Subscription, upTo: Position): void {
    const seen = this.#get(id);
    if (!seen) return;
    this.#put(id, {
      ...seen,
      subs: seen.subs.includes(sub) ? seen.subs : [...seen.subs, sub],
      waiting: seen.waiting.filter((other) => other !== sub),
      upTo: seen.upTo === undefined || upTo > seen.upTo ? upTo : seen.upTo,
    });
  }

  /** No page of `sub` will come any more. */
  ended(sub: Subscription): void {
    for (const [id, seen] of this.#waiting)
      if (seen.waiting.includes(sub))
        this.#put(id, { ...seen, waiting: seen.waiting.filter((other) => other !== sub) });
  }

  /** Whether an entry of the trail that is not remembered may be one that was forgotten. */
  mayHaveForgotten(position: Position, acceptedAtMs: number): boolean {
    return (
      (this.#forgottenUpTo !== undefined && position <= this.#forgottenUpTo) ||
      acceptedAtMs <= this.#forgottenAcceptedMs
    );
  }

  /** The same of a push, whose place in the trail is not known: it was accepted before it was written there. */
  mayHaveForgottenPush(acceptedAtMs: number): boolean {
    const writtenMs =
      this.#forgottenUpTo === undefined
        ? Number.NEGATIVE_INFINITY
        : positionTimeMs(this.#forgottenUpTo) + SKEW_MS;
    return acceptedAtMs <= Math.max(writtenMs, this.#forgottenAcceptedMs);
  }

  #get(id: string): Seen | undefined {
    return this.#waiting.get(id) ?? this.#settled.get(id);
  }

  #put(id: string, seen: Seen): void {
    this.#settled.delete(id);
    if (seen.waiting.length > 0) this.#waiting.set(id, seen);
    else {
      this.#waiting.delete(id);
      this.#settled.set(id, seen);
    }
    while (this.size > this.#max && this.#settled.size > 0) this.#forgetOldest(this.#settled);
  }

  #roomAt(nowMs: number): boolean {
    if (this.#waiting.size < this.#max) return true;
    const [oldest] = this.#waiting.values();
    if (!oldest || nowMs - oldest.seenAtMs < STALE_MS) return false;
    this.#forgetOldest(this.#waiting);
    return true;
  }

  #forgetOldest(ids: Map<string, Seen>): void {
    for (const [id, seen] of ids) {
      ids.delete(id);
      if (seen.upTo === undefined)
        this.#forgottenAcceptedMs = Math.max(this.#forgottenAcceptedMs, seen.acceptedAtMs);
      else if (this.#forgottenUpTo === undefined || seen.upTo > this.#forgottenUpTo)
        this.#forgottenUpTo = seen.upTo;
      return;
    }
  }
}
