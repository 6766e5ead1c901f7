/** The WebSocket protocol, version 1: every message that a client and the server exchange.
 * Client messages carry `id`, replies echo it, pushes have none. Subprotocol: `audit-stream.v1`. */
import type { AuditEvent } from '../event/audit-event.ts';
import type { Position } from '../position.ts';

export const SUBPROTOCOL = 'audit-stream.v1';
/** The token travels as a second subprotocol, `bearer.<JWT>`, never in a URL. */
export const BEARER_PREFIX = 'bearer.';
/** Picks one tenant when the token lists several, as a third subprotocol: `tenant.<id>`. */
export const TENANT_PREFIX = 'tenant.';

/** Where a subscription starts: a position it knows, now, or some seconds back. */
export type After = Position | 'now' | { readonly seconds: number };

export type ClientMessage =
  /** The first word on a connection, answered with `welcome`: API Gateway lets no server speak first. */
  | { readonly v: 1; readonly type: 'hello'; readonly id: string }
  /** `filter` is an event pattern over the audit event; `{}` is every event of the tenant. */
  | {
      readonly v: 1;
      readonly type: 'subscribe';
      readonly id: string;
      readonly sub: string;
      readonly filter: unknown;
      readonly after?: After;
    }
  | { readonly v: 1; readonly type: 'unsubscribe'; readonly id: string; readonly sub: string }
  /** What matched after a position: resume, history and heartbeat in one. */
  | {
      readonly v: 1;
      readonly type: 'pull';
      readonly id: string;
      readonly sub: string;
      readonly after: Position;
      readonly as: 'ids' | 'events';
      readonly limit?: number;
    }
  | { readonly v: 1; readonly type: 'ping'; readonly id: string }
  | { readonly v: 1; readonly type: 'refresh'; readonly id: string; readonly token: string }
  /** A whole event, in parts under 32 KB, when a push or page carried it trimmed. */
  | { readonly v: 1; readonly type: 'fetch'; readonly id: string; readonly eventId: string }
  | { readonly v: 1; readonly type: 'act'; readonly id: string; readonly what: Act; readonly args?: unknown };

/** What a viewer, operator or auditor may ask for over the stream, each by role. */
export const ACTS = [
  'accounts',
  'deliveries',
  'dead-letters',
  'dead-letter',
  'replay-dead-letters',
  'purge-dead-letters',
  'replay-archive',
  'stand-ins',
  'set-stand-in',
  'alerts',
  'alert',
  'acknowledge-alert',
  'resolve-alert',
  'silences',
  'silence-alerts',
  'end-silence',
] as const;
export type Act = (typeof ACTS)[number];

/** A span of the trail that is no longer kept: what was in it cannot be proven. */
export interface Gap {
  readonly from: Position;
  readonly availableFrom: Position;
}

/** An event on the wire; `trimmed` when it was too large for one frame: `fetch` brings the whole. */
export interface WireEvent {
  readonly event: AuditEvent;
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
}

export interface PageEntry extends WireEvent {
  readonly position: Position;
  /** When the bus took it. */
  readonly acceptedAtMs: number;
  /** Set when the entry is an alert: `event` is then the alert. */
  readonly kind?: 'alert';
  /** All subscriptions of this connection that match and had begun. */
  readonly subs: readonly string[];
}

export type ServerReply =
  | {
      readonly v: 1;
      readonly type: 'welcome';
      readonly id: string;
      readonly connectionId: string;
      readonly tenantId: string;
      readonly subject: string;
      readonly roles: readonly string[];
      readonly heartbeatMs: number;
      readonly tokenExpiresAtMs: number;
      readonly maxConnectionMs: number;
      readonly serverTimeMs: number;
    }
  | {
      readonly v: 1;
      readonly type: 'subscribed';
      readonly id: string;
      readonly sub: string;
      readonly position: Position;
    }
  | { readonly v: 1; readonly type: 'unsubscribed'; readonly id: string; readonly sub: string }
  /** Everything that matched in (after, position] is listed; `more` asks to pull again from `position` at once. */
  | ({
      readonly v: 1;
      readonly type: 'page';
      readonly id: string;
      readonly sub: string;
      readonly position: Position;
      readonly more: boolean;
      readonly gap?: Gap;
    } & ({ readonly ids: readonly string[] } | { readonly events: readonly PageEntry[] }))
  | { readonly v: 1; readonly type: 'pong'; readonly id: string }
  | { readonly v: 1; readonly type: 'refreshed'; readonly id: string; readonly expiresAtMs: number }
  /** Part `n` of `of` (from 0) of the event's JSON text. */
  | {
      readonly v: 1;
      readonly type: 'part';
      readonly id: string;
      readonly n: number;
      readonly of: number;
      readonly data: string;
    }
  | { readonly v: 1; readonly type: 'done'; readonly id: string; readonly result: unknown };

export type ServerPush =
  /** `acceptedAtMs`: when the bus took the event, for the latency plot. */
  | ({
      readonly v: 1;
      readonly type: 'event';
      readonly subs: readonly string[];
      readonly acceptedAtMs: number;
    } & WireEvent)
  | { readonly v: 1; readonly type: 'alert'; readonly subs: readonly string[]; readonly alert: unknown }
  | { readonly v: 1; readonly type: 'goaway'; readonly reason: string; readonly deadlineMs: number };

/** An answer to a bad message (with its `id` when that could be read), or a word before the server closes. */
export interface ServerError {
  readonly v: 1;
  readonly type: 'error';
  readonly id?: string;
  readonly code: number;
  readonly name: ErrorName;
  readonly message: string;
  /** Where in the message the fault is, for example `filter.actor.type[0].prefix`. */
  readonly path?: string;
  readonly limit?: number;
  readonly temporary: boolean;
}

export type ServerMessage = ServerReply | ServerPush | ServerError;

/** Error and close codes: below 3500 try again or reconnect, from 3500 give up (Centrifugo's division). */
export const ERRORS = {
  internal: 3000,
  shutdown: 3001,
  too_frequent: 3002,
  token_expired: 3003,
  slow_consumer: 3004,
  connection_expired: 3005,
  invalid_message: 3500,
  invalid_filter: 3501,
  too_large: 3502,
  too_many_subscriptions: 3503,
  unknown_subscription: 3504,
  forbidden: 3505,
  unauthorized: 3506,
  not_found: 3507,
  unsupported_version: 3508,
} as const;
export type ErrorName = keyof typeof ERRORS;

/** One frame of API Gateway: longer messages are trimmed or sent in parts.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const MAX_FRAME_BYTES = 32 * 1024;
/** A longer message closes the connection with 1009. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
