/** Carries the subscriptions over the connections and pulls the trail for them: nothing a push missed stays missed. */
import type { Position } from '../domain/position.ts';
import { ERRORS, type PageEntry } from '../domain/protocol/messages.ts';
import { type Attachment, Attachments } from './attachments.ts';
import type { Connection } from './connection.ts';
import type { Entry, HandOver, Outlet } from './hand-over.ts';
import type { Answer } from './requests.ts';
import { StreamError } from './stream-error.ts';
import type { Subscription } from './subscription.ts';

/** A subscribe that failed for the moment is tried again after up to this long. */
const SUBSCRIBE_AGAIN_MS = 5_000;
/** And a pull after this long, or twice. */
const PULL_AGAIN_MS = 1_000;

export interface CatchUpListener {
  /** All subscriptions are acknowledged and pulled to the end on this connection. */
  caughtUp(connection: Connection): void;
  /** The server refused a subscription for good, or a question about it. */
  problem(error: StreamError, sub: Subscription): void;
}

export class CatchUp {
  readonly #handOver: HandOver;
  readonly #outlet: Outlet;
  readonly #listener: CatchUpListener;
  readonly #random: () => number;
  /** The oldest first. */
  readonly #connections = new Map<Connection, Attachments>();
  readonly #subs = new Map<string, Subscription>();

  constructor(handOver: HandOver, outlet: Outlet, listener: CatchUpListener, random: () => number) {
    this.#handOver = handOver;
    this.#outlet = outlet;
    this.#listener = listener;
    this.#random = random;
  }

  get(name: string): Subscription | undefined {
    return this.#subs.get(name);
  }

  all(): readonly Subscription[] {
    return [...this.#subs.values()];
  }

  /** Subscribes on every connection there is, and on every one that comes. The old one of that name ends. */
  add(sub: Subscription): void {
    const old = this.#subs.get(sub.name);
    this.#subs.set(sub.name, sub);
    const replaced = new StreamError(0, 'replaced', `"${sub.name}" was subscribed again with another filter`);
    if (old) this.#end(old, replaced);
    for (const connection of this.#connections.keys()) this.#establish(connection, sub, old);
  }

  /** Resolves when the server no longer sends for it. */
  async remove(sub: Subscription, error: StreamError): Promise<void> {
    if (this.#subs.get(sub.name) === sub) this.#subs.delete(sub.name);
    this.#end(sub, error);
    await Promise.all([...this.#connections.keys()].map((connection) => this.#detach(connection, sub)));
    for (const connection of this.#connections.keys()) this.#checkCaughtUp(connection);
  }

  welcomed(connection: Connection): void {
    this.#connections.set(connection, new Attachments());
    for (const sub of this.#subs.values()) this.#establish(connection, sub);
    this.#checkCaughtUp(connection);
  }

  ended(connection: Connection): void {
    this.#connections.delete(connection);
    for (const sub of this.#subs.values()) {
      if (sub.pulling !== connection) continue;
      sub.pulling = undefined;
      sub.wantsPull = true;
    }
    this.#pullAll();
  }

  /** The living subscriptions behind these names on this connection. */
  subs(connection: Connection, wires: readonly string[]): readonly Subscription[] {
    return this.#connections.get(connection)?.subs(wires) ?? [];
  }

  /** The heartbeat: everything this connection has to pull, or at least a ping. */
  beat(connection: Connection): void {
    let pulls = 0;
    for (const sub of this.#subs.values()) {
      if (this.#carrier(sub) !== connection) continue;
      sub.wantsPull = true;
      this.#pull(sub);
      if (sub.pulling) pulls++;
    }
    if (pulls === 0) connection.ask({ type: 'ping' }).catch(ignore);
  }

  #establish(connection: Connection, sub: Subscription, instead?: Subscription): void {
    const attachments = this.#connections.get(connection);
    if (!attachments || sub.ended || connection.isEnded) return;
    const attachment = attachments.add(sub);
    attachment.settled = this.#subscribe(connection, sub, attachment, instead);
  }

  async #subscribe(
    connection: Connection,
    sub: Subscription,
    attachment: Attachment,
    instead?: Subscription,
  ): Promise<void> {
    if (instead) await this.#detach(connection, instead); // first, or there might be one too many for a moment
    if (sub.ended) return;
    const after = sub.cursor ?? sub.after;
    try {
      const ask = { type: 'subscribe', sub: attachment.wire, filter: sub.filter, after } as const;
      const { position } = await connection.ask(ask);
      attachment.ready = true;
      if (!sub.ended) this.#began(sub, position);
    } catch (error) {
      if (!sub.ended && !connection.isEnded) this.#refused(connection, sub, error as StreamError);
    }
  }

  #began(sub: Subscription, position: Position): void {
    sub.began(position);
    this.#handOver.began(sub);
    this.#pull(sub);
  }

  #refused(connection: Connection, sub: Subscription, error: StreamError): void {
    if (!error.final) {
      this.#connections.get(connection)?.remove(sub);
      connection.after(SUBSCRIBE_AGAIN_MS * this.#random(), () => this.#establish(connection, sub));
      return;
    }
    void this.remove(sub, error);
    this.#listener.problem(error, sub);
  }

  async #detach(connection: Connection, sub: Subscription): Promise<void> {
    const attachment = this.#connections.get(connection)?.get(sub);
    if (!attachment) return;
    await attachment.settled;
    this.#connections.get(connection)?.remove(sub);
    if (attachment.ready)
      await connection.ask({ type: 'unsubscribe', sub: attachment.wire }).then(ignore, ignore);
  }

  /** The newest connection that has it: the one to pull over. */
  #carrier(sub: Subscription): Connection | undefined {
    return [...this.#connections]
      .reverse()
      .find(([connection, attachments]) => !connection.isEnded && attachments.get(sub)?.ready)?.[0];
  }

  /** One pull of a subscription is on its way at a time. */
  #pull(sub: Subscription): void {
    const carrier = this.#carrier(sub);
    const wants = this.#handOver.wants(sub);
    if (!sub.wantsPull || sub.pulling || !carrier || wants === 'nothing' || sub.cursor === undefined) return;
    sub.wantsPull = false;
    sub.pulling = carrier;
    carrier.inTurn(() => void this.#page(carrier, sub));
  }

  async #page(connection: Connection, sub: Subscription) {
    const as = this.#handOver.wants(sub);
    const after = sub.cursor;
    if (sub.ended || as === 'nothing' || after === undefined) {
      sub.pulling = undefined;
      return;
    }
    const attachments = this.#connections.get(connection);
    const attachment = attachments?.get(sub);
    try {
      const wire = attachment?.wire ?? sub.name;
      const page = await connection.ask({ type: 'pull', sub: wire, after, as });
      if (sub.ended || !this.#outlet.open) return;
      const isLast = this.#take(connection, sub, page, after);
      if (isLast && attachment && attachments?.get(sub) === attachment) attachment.caughtUp = true;
    } catch (error) {
      this.#pullFailed(connection, sub, error as StreamError);
    } finally {
      if (sub.pulling === connection) sub.pulling = undefined;
    }
    this.#pullAll();
    this.#checkCaughtUp(connection);
  }

  /** True if there is no more to pull for now. */
  #take(connection: Connection, sub: Subscription, page: Answer<'pull'>, after: Position): boolean {
    if (page.gap && (sub.gapUpTo === undefined || page.gap.availableFrom > sub.gapUpTo)) {
      sub.gapUpTo = page.gap.availableFrom;
      this.#outlet.gap(sub, page.gap, 'retention');
    }
    if ('ids' in page && !this.#handOver.ids(sub, page.ids, page.position)) {
      sub.pullAs = 'events';
      sub.wantsPull = true;
      return false;
    }
    if ('events' in page)
      this.#handOver.entries(
        sub,
        page.events.map((entry) => this.#entry(connection, entry)),
        page.position,
      );
    if (!page.more) sub.pullAs = 'ids';
    // A page that did not move would be asked for again without end: the heartbeat asks.
    if (page.more && sub.cursor !== after) sub.wantsPull = true;
    return !page.more;
  }

  #entry(connection: Connection, entry: PageEntry): Entry {
    return {
      ...entry,
      kind: entry.kind ?? 'event',
      id: entry.event.id,
      acceptedAtMs: entry.acceptedAtMs ?? Date.parse(entry.event.recordedAt),
      subs: this.subs(connection, entry.subs),
    };
  }

  #pullFailed(connection: Connection, sub: Subscription, error: StreamError): void {
    if (sub.ended || connection.isEnded) return;
    if (error.code === ERRORS.unknown_subscription) {
      this.#connections.get(connection)?.remove(sub);
      this.#establish(connection, sub);
    } else if (error.final) this.#listener.problem(error, sub);
    else
      connection.after(PULL_AGAIN_MS * (1 + this.#random()), () => {
        sub.wantsPull = true;
        this.#pull(sub);
      });
  }

  #pullAll(): void {
    for (const sub of this.#subs.values()) this.#pull(sub);
  }

  #checkCaughtUp(connection: Connection): void {
    const attachments = this.#connections.get(connection);
    if (attachments && this.all().every((sub) => attachments.get(sub)?.caughtUp))
      this.#listener.caughtUp(connection);
  }

  #end(sub: Subscription, error: StreamError): void {
    sub.end(error);
    this.#handOver.ended(sub);
    this.#pullAll();
  }
}

function ignore(): void {}
