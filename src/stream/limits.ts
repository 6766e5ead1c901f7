/** What one viewer, one tenant and one call may take: every limit of the stream, in one place, with its reason. */
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from '../domain/protocol/messages.ts';

export interface Limits {
  /** Open connections of one tenant; one more is refused with 429. */
  readonly connectionsPerTenant: number;
  /** Subscriptions of one connection; one more is answered `too_many_subscriptions`. */
  readonly subscriptionsPerConnection: number;
  /** Bytes of a subscription's filter as JSON; a longer one is answered `too_large`. */
  readonly patternBytes: number;
  /** Bytes of a message from a client: the gateway closes a longer one with 1009. */
  readonly messageBytes: number;
  /** Bytes of a message to a client: one frame. */
  readonly frameBytes: number;
  /** Messages a second from one connection, on average; the gateway answers more with `too_frequent`. */
  readonly messagesPerSecond: number;
  /** Entries of one page, whatever the client asks for. */
  readonly pageEntries: number;
  /** Trail entries that one pull looks at before it answers what it has with `more`. */
  readonly scanEntries: number;
  /** How often clients pull; each pull costs two messages, and in AWS an invocation. */
  readonly heartbeatMs: number;
  /** API Gateway cuts at two hours whatever the client does. */
  readonly maxConnectionMs: number;
  /** A push that takes longer is given up: the pull brings the event. */
  readonly sendDeadlineMs: number;
  /** Connections that one process pushes an event to; in AWS the rest goes to other Lambdas, in chunks of as many. */
  readonly fanOutChunk: number;
  /** How far a token's times may differ from this clock. */
  readonly clockLeewayMs: number;
  /** How far ahead of this clock a position may be before it cannot be one of this stream's. */
  readonly futureMs: number;
  /** System events of one kind and one cause in a minute; the rest are counted into the next one. */
  readonly systemEventsPerMinute: number;
  /** Memory for closed slices of the trail, all tenants together. */
  readonly sliceCacheBytes: number;
  /** Tenants whose subscriptions are kept compiled. */
  readonly indexedTenants: number;
}

/** For one machine. AWS differs in `heartbeatMs` (20 s: heartbeats cost money there). */
export const LIMITS: Limits = {
  connectionsPerTenant: 5_000,
  subscriptionsPerConnection: 50,
  patternBytes: 8 * 1024,
  messageBytes: MAX_MESSAGE_BYTES,
  frameBytes: MAX_FRAME_BYTES,
  messagesPerSecond: 100,
  pageEntries: 1_000,
  scanEntries: 5_000,
  heartbeatMs: 5_000,
  maxConnectionMs: 2 * 60 * 60 * 1_000,
  sendDeadlineMs: 2_000,
  fanOutChunk: 1_000,
  clockLeewayMs: 5_000,
  futureMs: 60_000,
  systemEventsPerMinute: 60,
  sliceCacheBytes: 64 * 1024 * 1024,
  indexedTenants: 1_000,
};
