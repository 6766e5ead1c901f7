/** What the stream needs from its home: a handful of function types, each with two adapters (this machine, AWS). */

import type { Alert } from '../domain/alert/alert.ts';
import type { BusEvent } from '../domain/bus-event.ts';
import type { DeadLetter } from '../domain/dead-letters/dead-letter.ts';
import type { Replay } from '../domain/dead-letters/replays.ts';
import type { Decision, MoveTo } from '../domain/dead-letters/run.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Position } from '../domain/position.ts';

export type { DeadLetter };

export type Role = 'viewer' | 'operator' | 'auditor';

/** Who a verified token says is connected. */
export interface Principal {
  readonly subject: string;
  readonly name?: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
  readonly tokenExpiresAtMs: number;
}

export interface Connection {
  readonly connectionId: string;
  readonly principal: Principal;
  readonly connectedAtMs: number;
  /** When the row stops counting, whatever the table still holds: checked on every read. */
  readonly expiresAtMs: number;
}

export interface Subscription {
  readonly connectionId: string;
  readonly tenantId: string;
  /** The client's name for it, unique in the connection. */
  readonly sub: string;
  /** The event pattern, as the client sent it. */
  readonly pattern: unknown;
  /** Where it began: earlier entries are not the subscription's. */
  readonly from: Position;
  readonly expiresAtMs: number;
}

/** Connections and subscriptions; the key is the tenant, the sort key connection + subscription. Never a scan. */
export interface Subscriptions {
  open(connection: Connection, limits: { perTenant: number }): Promise<'opened' | 'too_many_connections'>;
  /** The connection, unless it is unknown or its expiry has passed at `nowMs`. */
  connection(connectionId: string, nowMs: number): Promise<Connection | undefined>;
  /** Takes the new principal's expiry for the connection and all its subscriptions. */
  refresh(connectionId: string, principal: Principal, expiresAtMs: number): Promise<'refreshed' | 'gone'>;
  /** Visible to `live` and counted in `version` once it resolves. The same `sub` again replaces the old one. */
  subscribe(
    subscription: Subscription,
    limits: { perConnection: number },
  ): Promise<'subscribed' | 'too_many_subscriptions' | 'gone'>;
  unsubscribe(connectionId: string, sub: string): Promise<'unsubscribed' | 'unknown'>;
  of(connectionId: string, nowMs: number): Promise<readonly Subscription[]>;
  /** Deletes exactly this connection and its subscriptions. */
  close(connectionId: string): Promise<void>;
  /** Moves with every change to the tenant's subscriptions, a refreshed expiry among them; only ever up. */
  version(tenantId: string): Promise<number>;
  /** All subscriptions of the tenant that have not expired at `nowMs`, in pages; `next` asks for the following page. */
  live(
    tenantId: string,
    nowMs: number,
    next?: string,
  ): Promise<{ readonly subscriptions: readonly Subscription[]; readonly next?: string }>;
}

export interface TrailEntry {
  readonly position: Position;
  readonly id: string;
  readonly kind: 'event' | 'alert';
  /** When the bus took it. */
  readonly acceptedAtMs: number;
  readonly event: AuditEvent | Alert;
}

export type Appended =
  | { readonly kind: 'appended'; readonly position: Position }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'id_conflict' };

/** The truth: one row per event of a tenant, in the order of writing. */
export interface Trail {
  /** Claims each id and appends, per entry in one transaction: the same content again is a duplicate,
   * another content under the same id a conflict. Safe on disk when it resolves. */
  append(
    entries: readonly {
      readonly event: AuditEvent | Alert;
      readonly kind: 'event' | 'alert';
      readonly acceptedAtMs: number;
    }[],
  ): Promise<readonly Appended[]>;
  /** All entries of the tenant written in [fromMs, toMs), in order, in pages. */
  slice(
    tenantId: string,
    fromMs: number,
    toMs: number,
    next?: string,
  ): Promise<{ readonly entries: readonly TrailEntry[]; readonly next?: string }>;
  /** The oldest position still kept for every tenant; earlier ones are a gap. */
  availableFrom(nowMs: number): Promise<Position>;
  byId(tenantId: string, id: string): Promise<TrailEntry | undefined>;
  /** How slices close: entries of [t, t + sliceMs) are final once `marginMs` has passed after its end. */
  readonly sliceMs: number;
  readonly marginMs: number;
}

/** The gateway's side of a connection. `gone` is API Gateway's 410, `throttled` its 429. */
export interface Gateway {
  send(
    connectionId: string,
    message: string,
  ): Promise<'sent' | 'gone' | 'throttled' | 'too_large' | 'failed'>;
  close(connectionId: string, code: number, reason: string): Promise<void>;
}

/** Puts events on the bus: each is safe when its outcome says `accepted`. */
export type Publish = (
  entries: readonly {
    readonly source: string;
    readonly detailType: string;
    readonly detail: unknown;
    readonly time?: string;
  }[],
) => Promise<
  readonly (
    | { readonly kind: 'accepted'; readonly busId: string }
    | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  )[]
>;

/** A message of a queue, as its consumer sees it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiveCount: number;
  /** When the bus took the event. */
  readonly acceptedAtMs: number;
  /** When this queue took it, or took it back from the dead letters. Default: when the bus took the event. */
  readonly queuedAtMs?: number;
  readonly event: BusEvent;
}

/** What became of a message: data, not an exception. `status` is the vendor's, where it gave one.
 * `misconfigured`: nobody's fault but a person has to mend it; it waits meanwhile. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number; readonly status?: number }
  | {
      readonly kind: 'misconfigured';
      readonly reason: string;
      readonly afterMs?: number;
      readonly status?: number;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly detail?: string;
      readonly status?: number;
    };

/** Handles a batch: one outcome a message, in order. A throw is a retry of the whole batch. */
export type Consumer = (messages: readonly QueueMessage[]) => Promise<readonly Outcome[]>;

/** A queue whose dead letters a person can work with. */
export interface DeadLetterQueue {
  readonly name: string;
  /** Somebody takes messages from it, so a letter can go back. */
  readonly isConsumed: boolean;
}

/** Which letters are looked at, before anything is asked of each. */
export interface DeadLettersOf {
  /** One queue; default all. */
  readonly queue?: string;
  readonly reason?: string;
  /** Goes on where an earlier call stopped: its `next`, or a cursor that was given with a letter. */
  readonly from?: string;
}

/** Counts by a word that says what they are. */
export type Counts = Readonly<Record<string, number>>;

export interface Moved {
  readonly moved: number;
  /** Selected and left where they are, by reason. */
  readonly skipped: Counts;
  /** Selected, and could not be moved now, by what was in the way. */
  readonly failed: Counts;
  /** Missing when all letters have been looked at. */
  readonly next?: string;
  /** About how many could not be looked at, because somebody else has them in hand. */
  readonly hidden?: number;
}

/** The dead letters of all queues. */
export interface DeadLetters {
  queues(): Promise<readonly DeadLetterQueue[]>;
  /** Hands letters to `visit` and leaves them where they are, oldest first where the queue has an order. Ends when `visit`
   * has had enough, all were seen (`isComplete`), or the call has taken its time. */
  look(
    which: DeadLettersOf,
    visit: (letter: DeadLetter, cursor?: string) => 'more' | 'enough',
  ): Promise<{
    readonly scanned: number;
    readonly isComplete: boolean;
    /** About how many letters there are, where that is more than were seen. */
    readonly remaining?: number;
  }>;
  /** One step: takes at most `limit` letters that `decide` takes, back to the queue where they died or away. A letter is
   * deleted only when its successor is safe; at its queue it starts afresh, with `replay` added to its provenance. */
  move(
    which: DeadLettersOf & {
      readonly limit: number;
      readonly to: MoveTo;
      readonly replay: Replay;
      readonly decide: (letter: DeadLetter) => Decision;
    },
  ): Promise<Moved>;
}
