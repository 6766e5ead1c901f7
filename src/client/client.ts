/** The viewer's end of the stream, for browsers and Node: what an application sees of `AuditStreamClient`. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Position } from '../domain/position.ts';
import type { Act, After, Gap } from '../domain/protocol/messages.ts';
import type { SocketConstructor } from './platform.ts';

export interface AuditStreamClientOptions {
  /** `wss://…` of the deployment, or `ws://127.0.0.1:…/stream` at home. */
  readonly url: string;
  /** Asked before every connection attempt and before the token runs out. */
  readonly getToken: () => string | Promise<string>;
  /** `known` (default): handed over the moment it is known. `trail`: in the order of the trail, a few seconds later. */
  readonly order?: 'known' | 'trail';
  /** Picks one tenant when the token lists several. */
  readonly tenant?: string;
  /** How many ids are remembered against duplicates; 50,000 unless told. Fewer never loses an event: what cannot be
   * told apart any more is announced as a `gap`. */
  readonly maxRememberedIds?: number;
  /** How long to wait for the token, and for the server's welcome; 10,000 unless told. */
  readonly connectTimeoutMs?: number;
  /** A server that owes an answer for this long is taken for dead; 10,000 unless told. */
  readonly replyTimeoutMs?: number;
  /** Calls back with `true` when it is worth trying at once, with `false` when the network went; gives the way to stop.
   * The browser's `online`, `offline`, `pageshow` and `visibilitychange` unless told; nothing in Node. */
  readonly watchPlatform?: (wake: (online: boolean) => void) => () => void;
  /** The platform's, unless a test or an old Node brings another. */
  readonly WebSocket?: SocketConstructor;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly setTimeout?: (run: () => void, ms: number) => unknown;
  readonly clearTimeout?: (timer: unknown) => void;
}

export type Status =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** `since`: when this connection was made, ms. */
  | { readonly kind: 'live'; readonly since: number }
  /** Lost; tries again at `retryAtMs`. */
  | {
      readonly kind: 'waiting';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly reason: string;
    }
  /** Given up: the server said that trying again is useless, or the application closed it. */
  | { readonly kind: 'closed'; readonly code?: number; readonly reason: string };

/** One event, handed over once per client instance, with all its subscriptions that match. */
export interface Delivery {
  readonly event: AuditEvent;
  readonly subs: readonly string[];
  /** How it became known: pushed, or pulled from the trail after the push was missed. */
  readonly via: 'push' | 'pull';
  /** When the bus took it, and when it was handed over: both ms by the server's clock, as far as this client can tell. */
  readonly acceptedAtMs: number;
  readonly handedOverAtMs: number;
  /** Set when the event came trimmed: `fetch(event.id)` brings the whole. */
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
}

export interface AuditStreamClientEvents {
  event: Delivery;
  /** A subscription also matches an event that was handed over before: it began later, or was not known to match then. */
  also: {
    readonly id: string;
    readonly event: AuditEvent;
    /** Set when it is an alert: `event` is then the alert. */
    readonly kind?: 'alert';
    readonly subs: readonly string[];
    /** As in `Delivery`. */
    readonly acceptedAtMs: number;
    readonly trimmed?: NonNullable<Delivery['trimmed']>;
  };
  alert: { readonly alert: unknown; readonly subs: readonly string[] };
  status: Status;
  /** Everything of `sub` written to the trail up to `timeMs` has been handed over. */
  complete: { readonly sub: string; readonly position: Position; readonly timeMs: number };
  /** What lay in this span cannot be proven. */
  gap: Gap & { readonly sub: string; readonly reason: 'retention' | 'memory' };
  /** A subscription was refused, or the server answered an error; the path says where. */
  problem: {
    readonly sub?: string;
    readonly code: number;
    readonly name: string;
    readonly message: string;
    readonly path?: string;
  };
  /** A round trip was measured. */
  latency: { readonly roundTripMs: number };
}

/** What `AuditStreamClient` is. */
export interface AuditStream {
  readonly status: Status;
  /** Who the server says we are, once welcomed. */
  readonly me:
    | { readonly tenantId: string; readonly subject: string; readonly roles: readonly string[] }
    | undefined;
  on<K extends keyof AuditStreamClientEvents>(
    name: K,
    listener: (value: AuditStreamClientEvents[K]) => void,
  ): () => void;
  connect(): void;
  /** Resolves when the server has acknowledged; rejects with `{code, name, message, path}` when the filter is refused. */
  subscribe(sub: string, filter: unknown, options?: { readonly after?: After }): Promise<Position>;
  unsubscribe(sub: string): Promise<void>;
  completeUpTo(sub: string): Position | undefined;
  /** The whole of an event that came trimmed. */
  fetch(eventId: string): Promise<AuditEvent>;
  act(what: Act, args?: unknown): Promise<unknown>;
  close(): void;
}
