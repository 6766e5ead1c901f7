/** The viewer's end of the stream: every matching event once, whatever happens to the connections. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Position } from '../domain/position.ts';
import { positionTimeMs } from '../domain/position.ts';
import type { Act, After } from '../domain/protocol/messages.ts';
import { watchBrowser } from './browser-signals.ts';
import { Calls } from './calls.ts';
import { CatchUp } from './catch-up.ts';
import type { AuditStream, AuditStreamClientEvents, AuditStreamClientOptions, Status } from './client.ts';
import { Connection, type Push } from './connection.ts';
import { ConnectionKeeper } from './connection-keeper.ts';
import type { HandOver, Known, Outlet } from './hand-over.ts';
import { HandOverInTrailOrder } from './hand-over-in-trail-order.ts';
import { HandOverKnown } from './hand-over-known.ts';
import { Listeners } from './listeners.ts';
import { platformOf } from './platform.ts';
import { SeenIds } from './seen-ids.ts';
import { ServerClock } from './server-clock.ts';
import { StreamError } from './stream-error.ts';
import { Subscription } from './subscription.ts';

const MAX_REMEMBERED_IDS = 50_000;
const TIMEOUT_MS = 10_000;

/** Connects with `connect()`, from then on by itself until `close()`. Subscriptions may be made before; they last over
 * every reconnect. A Node process stays alive while it is open. */
export class AuditStreamClient implements AuditStream {
  readonly #listeners = new Listeners<AuditStreamClientEvents>();
  readonly #platform: ReturnType<typeof platformOf>;
  readonly #clock: ServerClock;
  readonly #handOver: HandOver;
  readonly #catchUp: CatchUp;
  readonly #keeper: ConnectionKeeper;
  readonly #watch: NonNullable<AuditStreamClientOptions['watchPlatform']>;
  readonly #calls: Calls;
  #unwatch: (() => void) | undefined;
  #me: AuditStream['me'];

  constructor(options: AuditStreamClientOptions) {
    this.#platform = platformOf(options);
    this.#calls = new Calls(this.#platform, () => this.#carrier());
    this.#clock = new ServerClock(this.#platform.now);
    this.#watch = options.watchPlatform ?? watchBrowser;
    const outlet = this.#outlet();
    const seen = new SeenIds(options.maxRememberedIds ?? MAX_REMEMBERED_IDS);
    this.#handOver =
      options.order === 'trail' ? new HandOverInTrailOrder(seen, outlet) : new HandOverKnown(seen, outlet);
    const caughtUp = (connection: Connection) => this.#keeper.caughtUp(connection);
    const problem = (error: StreamError, sub: Subscription) => this.#problem(error, sub.name);
    this.#catchUp = new CatchUp(this.#handOver, outlet, { caughtUp, problem }, this.#platform.random);
    const connect = {
      url: options.url,
      getToken: options.getToken,
      tenant: options.tenant,
      connectTimeoutMs: options.connectTimeoutMs ?? TIMEOUT_MS,
      replyTimeoutMs: options.replyTimeoutMs ?? TIMEOUT_MS,
    };
    this.#keeper = new ConnectionKeeper(
      this.#platform,
      () => new Connection(this.#platform, connect, this.#connectionListener()),
      (status) => this.#statusIs(status),
    );
  }

  get status(): Status {
    return this.#keeper.status;
  }

  get me(): AuditStream['me'] {
    return this.#me;
  }

  on<K extends keyof AuditStreamClientEvents>(
    name: K,
    listener: (value: AuditStreamClientEvents[K]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  connect(): void {
    this.#unwatch ??= this.#watch((online) => this.#keeper.wake(online));
    this.#keeper.start();
  }

  subscribe(sub: string, filter: unknown, options: { readonly after?: After } = {}): Promise<Position> {
    const subscription = new Subscription(sub, filter, options.after ?? 'now');
    this.#catchUp.add(subscription);
    return subscription.begun;
  }

  async unsubscribe(sub: string): Promise<void> {
    const subscription = this.#catchUp.get(sub);
    if (!subscription) return;
    await this.#catchUp.remove(
      subscription,
      new StreamError(0, 'unsubscribed', `"${sub}" was unsubscribed before the server acknowledged it`),
    );
  }

  completeUpTo(sub: string): Position | undefined {
    return this.#catchUp.get(sub)?.completeUpTo;
  }

  /** Asks again on the next connection if this one is lost. Rejects with `StreamError`. */
  async fetch(eventId: string): Promise<AuditEvent> {
    const { data } = await this.#calls.ask({ type: 'fetch', eventId }, true);
    return JSON.parse(data) as AuditEvent;
  }

  /** Is sent once: if the connection is lost before the answer, nobody knows what became of it. */
  async act(what: Act, args?: unknown): Promise<unknown> {
    const { result } = await this.#calls.ask(
      { type: 'act', what, ...(args === undefined ? {} : { args }) },
      false,
    );
    return result;
  }

  /** Ends everything; calls that wait reject with `closed`. `connect()` begins again: subscriptions that the server had
   * acknowledged go on where they were. */
  close(): void {
    this.#keeper.stop('closed by the application');
  }

  /** What `fetch` and `act` go over: the live connection, as soon as there is one. */
  #carrier(): Connection | StreamError | undefined {
    if (this.status.kind === 'closed') return closed(this.status.reason);
    const { current } = this.#keeper;
    return current?.welcome && !current.isEnded ? current : undefined;
  }

  #statusIs(status: Status): void {
    if (status.kind === 'closed') {
      this.#unwatch?.();
      this.#unwatch = undefined;
      for (const sub of this.#catchUp.all())
        if (sub.cursor === undefined) void this.#catchUp.remove(sub, closed(status.reason));
    }
    this.#calls.wake();
    this.#listeners.emit('status', status);
  }

  #connectionListener(): ConstructorParameters<typeof Connection>[2] {
    return {
      welcomed: (connection) => this.#welcomed(connection),
      pushed: (connection, push, size) => this.#pushed(connection, push, size),
      beat: (connection) => this.#catchUp.beat(connection),
      roundTrip: (roundTripMs) => this.#listeners.emit('latency', { roundTripMs }),
      leaving: (connection) => this.#keeper.leaving(connection),
      problem: ({ code, name, message, path }) =>
        this.#problem(new StreamError(code, name, message, path), undefined),
      ended: (connection, end) => {
        this.#catchUp.ended(connection);
        this.#keeper.ended(connection, end);
      },
    };
  }

  #welcomed(connection: Connection): void {
    const { welcome } = connection;
    if (!welcome) return;
    this.#clock.observe(welcome.serverTimeMs, connection.startedAtMs);
    this.#me = { tenantId: welcome.tenantId, subject: welcome.subject, roles: welcome.roles };
    this.#keeper.welcomed(connection);
    this.#catchUp.welcomed(connection);
  }

  #pushed(connection: Connection, push: Push, size: number): void {
    const subs = this.#catchUp.subs(connection, push.subs);
    if (subs.length === 0) return;
    if (push.type === 'event') {
      this.#clock.happened(push.acceptedAtMs);
      this.#handOver.pushed({ ...push, kind: 'event', id: push.event.id, subs }, size);
      return;
    }
    const alert = push.alert as AuditEvent;
    const acceptedAtMs = this.#clock.now();
    this.#handOver.pushed({ kind: 'alert', id: String(alert.id), event: alert, acceptedAtMs, subs }, size);
  }

  #outlet(): Outlet {
    const isOpen = () => this.status.kind !== 'closed';
    const emit = this.#listeners.emit.bind(this.#listeners);
    return {
      get open() {
        return isOpen();
      },
      now: this.#platform.now,
      give: (known, subs, via) => this.#give(known, names(subs), via),
      also: ({ kind, id, event, acceptedAtMs, trimmed }, sub) =>
        emit('also', {
          id,
          event,
          subs: [sub.name],
          acceptedAtMs,
          ...(kind === 'alert' && { kind }),
          ...(trimmed && { trimmed }),
        }),
      gap: (sub, gap, reason) => emit('gap', { ...gap, sub: sub.name, reason }),
      complete: (sub, position) =>
        emit('complete', { sub: sub.name, position, timeMs: positionTimeMs(position) }),
    };
  }

  #give({ kind, event, acceptedAtMs, trimmed }: Known, subs: readonly string[], via: 'push' | 'pull'): void {
    const handedOverAtMs = this.#clock.now();
    const delivery = { event, subs, via, acceptedAtMs, handedOverAtMs, ...(trimmed && { trimmed }) };
    if (kind === 'alert') this.#listeners.emit('alert', { alert: event, subs });
    else this.#listeners.emit('event', delivery);
  }

  #problem({ code, name, message, path }: StreamError, sub: string | undefined): void {
    this.#listeners.emit('problem', {
      code,
      name,
      message,
      ...(sub !== undefined && { sub }),
      ...(path !== undefined && { path }),
    });
  }
}

function names(subs: readonly Subscription[]): readonly string[] {
  return subs.map((sub) => sub.name);
}

function closed(reason: string): StreamError {
  return new StreamError(0, 'closed', reason);
}
