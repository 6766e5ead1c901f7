/** The rows of the table of connections: keys, and how a connection and a subscription are written. */
import { parsePosition } from '../../domain/position.ts';
import type { Connection, Principal, Subscription } from '../../stream/ports.ts';
import type { Item } from './call.ts';

/** By its id alone: all that API Gateway says of a viewer. */
export function connectionKey(connectionId: string): Item {
  return { pk: { S: `c#${connectionId}` }, sk: { S: 'connection' } };
}

export function tenantKey(tenantId: string, sk: string): Item {
  return { pk: { S: `t#${tenantId}` }, sk: { S: sk } };
}

/** The tenant's version of its subscriptions, and its number of connections. */
export const COUNTERS = '#';
export const MARKERS = 'c#';
export const SUBSCRIPTIONS = 's#';

/** Counted when a tenant seems to be at its limit. */
export function markerKey(tenantId: string, connectionId: string): Item {
  return tenantKey(tenantId, MARKERS + connectionId);
}

export function subscriptionsOf(connectionId: string): string {
  return `${SUBSCRIPTIONS}${connectionId}#`;
}

export function connectionItem({ connectionId, principal, connectedAtMs, expiresAtMs }: Connection): Item {
  return {
    ...connectionKey(connectionId),
    tenantId: { S: principal.tenantId },
    principal: { S: JSON.stringify(principal) },
    connectedAtMs: { N: String(connectedAtMs) },
    ...expiry(expiresAtMs),
  };
}

export function readConnection(connectionId: string, item: Item): Connection {
  return {
    connectionId,
    principal: JSON.parse(text(item, 'principal')) as Principal,
    connectedAtMs: number(item, 'connectedAtMs'),
    expiresAtMs: number(item, 'expiresAtMs'),
  };
}

export function subscriptionItem(subscription: Subscription): Item {
  const { connectionId, tenantId, sub, pattern, from, expiresAtMs } = subscription;
  return {
    ...tenantKey(tenantId, subscriptionsOf(connectionId) + sub),
    connectionId: { S: connectionId },
    sub: { S: sub },
    pattern: { S: JSON.stringify(pattern) },
    from: { S: from },
    ...expiry(expiresAtMs),
  };
}

export function readSubscription(tenantId: string, item: Item): Subscription {
  const from = parsePosition(text(item, 'from'));
  if (from === undefined) throw new Error('a subscription’s row holds no position');
  return {
    tenantId,
    connectionId: text(item, 'connectionId'),
    sub: text(item, 'sub'),
    pattern: JSON.parse(text(item, 'pattern')),
    from,
    expiresAtMs: number(item, 'expiresAtMs'),
  };
}

/** `ttl` is what the table deletes by, days late perhaps: reads go by `expiresAtMs`. */
export function expiry(expiresAtMs: number): Item {
  return { expiresAtMs: { N: String(expiresAtMs) }, ttl: { N: String(Math.ceil(expiresAtMs / 1_000)) } };
}

export function text(item: Item, name: string): string {
  const attribute = item[name];
  if (attribute && 'S' in attribute) return attribute.S;
  throw new Error(`a row holds no text “${name}”`);
}

export function number(item: Item, name: string): number {
  const attribute = item[name];
  if (attribute && 'N' in attribute) return Number(attribute.N);
  throw new Error(`a row holds no number “${name}”`);
}
