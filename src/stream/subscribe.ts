/** Begins and ends subscriptions: acknowledged once the fan-out sees them, with the position from which they are whole. */
import { FilterError, parseFilter } from '../domain/filter/index.ts';
import { type Position, positionAt, positionTimeMs } from '../domain/position.ts';
import { encode, utf8Bytes } from '../domain/protocol/encode.ts';
import type { After, ServerError } from '../domain/protocol/messages.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import type { Call } from './calls.ts';
import type { Limits } from './limits.ts';
import type { Subscriptions } from './ports.ts';
import { ended, errorReply } from './receive.ts';
import type { SystemEvents } from './system-events.ts';
import { lastBefore } from './trail-reader.ts';

export interface SubscribeOptions {
  readonly subscriptions: Pick<Subscriptions, 'subscribe' | 'connection'>;
  readonly systemEvents: SystemEvents;
  readonly limits: Limits;
  readonly now: () => number;
}

export function makeSubscribe(options: SubscribeOptions): Call<'subscribe'> {
  const { subscriptions, systemEvents, limits, now } = options;
  return async (connection, { id, sub, filter, after = 'now' }) => {
    const fault = filterFault(filter, limits.patternBytes) ?? futureFault(after, now() + limits.futureMs);
    if (fault) return errorReply({ ...fault, id });
    const { connectionId, principal, expiresAtMs } = connection;
    const from = positionOf(after, now());
    const store = (untilMs: number) =>
      subscriptions.subscribe(
        { connectionId, tenantId: principal.tenantId, sub, pattern: filter, from, expiresAtMs: untilMs },
        { perConnection: limits.subscriptionsPerConnection },
      );
    let outcome = await store(expiresAtMs);
    const current = await subscriptions.connection(connectionId, now());
    if (outcome === 'subscribed' && current && current.expiresAtMs !== expiresAtMs)
      outcome = await store(current.expiresAtMs); // a refresh came between
    if (outcome === 'gone') return ended('connection_expired', id);
    if (outcome === 'too_many_subscriptions') {
      const limit = limits.subscriptionsPerConnection;
      const message = `a connection may have ${limit} subscriptions: end one first`;
      return errorReply(serverError('too_many_subscriptions', message, { id, limit }));
    }
    systemEvents.report({
      action: 'stream.subscribed',
      cause: principal.subject,
      principal,
      connectionId,
      metadata: { sub, filter: JSON.stringify(filter) },
    });
    return { messages: [encode({ v: 1, type: 'subscribed', id, sub, position: from })] };
  };
}

export function makeUnsubscribe({
  subscriptions,
}: {
  readonly subscriptions: Pick<Subscriptions, 'unsubscribe'>;
}): Call<'unsubscribe'> {
  return async ({ connectionId }, { id, sub }) => {
    const outcome = await subscriptions.unsubscribe(connectionId, sub);
    if (outcome === 'unknown') return errorReply(unknownSubscription(id));
    return { messages: [encode({ v: 1, type: 'unsubscribed', id, sub })] };
  };
}

export function unknownSubscription(id: string): ServerError {
  return serverError('unknown_subscription', 'this connection has no such subscription: subscribe first', {
    id,
    path: 'sub',
  });
}

/** A position that this clock has not reached cannot be one of this stream's. */
export function futureFault(after: After, latestMs: number): ServerError | undefined {
  if (!isPosition(after) || positionTimeMs(after) <= latestMs) return undefined;
  const message = 'lies in the future: use a position that this stream gave, or "now"';
  return serverError('invalid_message', message, { path: 'after' });
}

function isPosition(after: After): after is Position {
  return typeof after === 'string' && after !== 'now';
}

/** Just before the moment, so that whatever is written in the very same millisecond belongs to the subscription. */
function positionOf(after: After, nowMs: number): Position {
  if (isPosition(after)) return after;
  const timeMs = after === 'now' ? nowMs : Math.floor(nowMs - after.seconds * 1_000);
  return timeMs > 0 ? lastBefore(timeMs) : positionAt(0);
}

function filterFault(filter: unknown, limit: number): ServerError | undefined {
  try {
    parseFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const path = error.path.replace(/^\$/, 'filter');
    return serverError('invalid_filter', error.message.replace(`${error.path}: `, ''), { path });
  }
  const bytes = utf8Bytes(JSON.stringify(filter));
  if (bytes <= limit) return undefined;
  const message = `a filter may have ${limit} bytes, this has ${bytes}: use fewer or shorter values`;
  return serverError('too_large', message, { path: 'filter', limit });
}
