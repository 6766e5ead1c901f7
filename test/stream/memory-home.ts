/** A home of maps and arrays with the ports' manners, for faults and interleavings that a real store cannot be made to give.
 * What a call does happens in one step somewhere between the call and its answer, as in any store. */

import type { BusEvent } from '../../src/domain/bus-event.ts';
import { AUDIT_EVENT } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Position, positionAt, positionTimeMs } from '../../src/domain/position.ts';
import { parseServerMessage } from '../../src/domain/protocol/parse-server-message.ts';
import type { Log } from '../../src/stream/log.ts';
import type {
  Connection,
  Gateway,
  Principal,
  Publish,
  Subscription,
  Subscriptions,
  Trail,
  TrailEntry,
} from '../../src/stream/ports.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

export const START_MS = Date.UTC(2026, 10, 1, 12);

export function aClock(nowMs = START_MS) {
  return {
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
export type Clock = ReturnType<typeof aClock>;

/** `pause` is awaited before and after each step: a model test makes it random. */
export function memorySubscriptions(
  pageSize = 3,
  pause: () => Promise<void> = async () => undefined,
): Subscriptions & { readonly rows: ReadonlyMap<string, Subscription> } {
  const connections = new Map<string, Connection>();
  const rows = new Map<string, Subscription>();
  const versions = new Map<string, number>();
  const changed = (tenantId: string) => versions.set(tenantId, (versions.get(tenantId) ?? 0) + 1);
  const key = (connectionId: string, sub: string) => `${connectionId} ${sub}`;
  const step = async <T>(run: () => T): Promise<T> => {
    await pause();
    const result = run();
    await pause();
    return result;
  };
  return {
    rows,
    open: (connection, { perTenant }) =>
      step(() => {
        const { tenantId } = connection.principal;
        const open = [...connections.values()].filter(({ principal }) => principal.tenantId === tenantId);
        if (open.length >= perTenant) return 'too_many_connections';
        connections.set(connection.connectionId, connection);
        return 'opened';
      }),
    connection: (connectionId, nowMs) =>
      step(() => {
        const held = connections.get(connectionId);
        return held && held.expiresAtMs > nowMs ? held : undefined;
      }),
    refresh: (connectionId, principal, expiresAtMs) =>
      step(() => {
        const held = connections.get(connectionId);
        if (!held) return 'gone';
        connections.set(connectionId, { ...held, principal, expiresAtMs });
        for (const [name, row] of rows)
          if (row.connectionId === connectionId) rows.set(name, { ...row, expiresAtMs });
        changed(principal.tenantId);
        return 'refreshed';
      }),
    subscribe: (subscription, { perConnection }) =>
      step(() => {
        const { connectionId, sub, tenantId } = subscription;
        if (!connections.has(connectionId)) return 'gone';
        const held = [...rows.values()].filter((row) => row.connectionId === connectionId);
        if (held.length >= perConnection && !rows.has(key(connectionId, sub)))
          return 'too_many_subscriptions';
        rows.set(key(connectionId, sub), subscription);
        changed(tenantId);
        return 'subscribed';
      }),
    unsubscribe: (connectionId, sub) =>
      step(() => {
        const held = rows.get(key(connectionId, sub));
        if (!held) return 'unknown';
        rows.delete(key(connectionId, sub));
        changed(held.tenantId);
        return 'unsubscribed';
      }),
    of: (connectionId, nowMs) =>
      step(() =>
        [...rows.values()].filter((row) => row.connectionId === connectionId && row.expiresAtMs > nowMs),
      ),
    close: (connectionId) =>
      step(() => {
        const held = connections.get(connectionId);
        connections.delete(connectionId);
        for (const [name, row] of rows) if (row.connectionId === connectionId) rows.delete(name);
        if (held) changed(held.principal.tenantId);
      }),
    version: (tenantId) => step(() => versions.get(tenantId) ?? 0),
    live: (tenantId, nowMs, next = '') =>
      step(() => {
        const sorted = [...rows.entries()]
          .filter(([name, row]) => row.tenantId === tenantId && row.expiresAtMs > nowMs && name > next)
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const page = sorted.slice(0, pageSize);
        const last = page.at(-1)?.[0];
        return {
          subscriptions: page.map(([, row]) => row),
          ...(sorted.length > pageSize && last !== undefined ? { next: last } : {}),
        };
      }),
  };
}

export function memoryTrail(clock: Clock, { pageSize = 4, retentionMs = 86_400_000 } = {}) {
  const entries: TrailEntry[] = [];
  /** What was asked of `slice`, in order. */
  const reads: { readonly tenantId: string; readonly fromMs: number; readonly toMs: number }[] = [];
  let order = 0;
  const trail: Trail = {
    sliceMs: 5_000,
    marginMs: 3_000,
    append: async (added) =>
      added.map(({ event, kind, acceptedAtMs }) => {
        const held = entries.find((e) => e.event.tenantId === event.tenantId && e.id === event.id);
        if (held)
          return JSON.stringify(held.event) === JSON.stringify(event)
            ? { kind: 'duplicate' as const }
            : { kind: 'id_conflict' as const };
        const position = positionAt(clock.now(), order++);
        entries.push({ position, id: event.id, kind, acceptedAtMs, event });
        return { kind: 'appended' as const, position };
      }),
    slice: async (tenantId, fromMs, toMs, next = '') => {
      reads.push({ tenantId, fromMs, toMs });
      const held = entries.filter(({ event, position }) => {
        const timeMs = positionTimeMs(position);
        return event.tenantId === tenantId && timeMs >= fromMs && timeMs < toMs && position > next;
      });
      const page = held.slice(0, pageSize);
      const last = page.at(-1);
      return { entries: page, ...(held.length > pageSize && last ? { next: last.position } : {}) };
    },
    availableFrom: async (nowMs) => positionAt(nowMs - retentionMs),
    byId: async (tenantId, id) => entries.find((e) => e.event.tenantId === tenantId && e.id === id),
  };
  return { ...trail, entries, reads };
}

type Send = Awaited<ReturnType<Gateway['send']>>;

/** Keeps what was sent; `answers` says what becomes of a connection's sends. */
export function memoryGateway(answers: (connectionId: string) => Send | Promise<Send> = () => 'sent') {
  const sent: { readonly connectionId: string; readonly text: string }[] = [];
  const send: Gateway['send'] = async (connectionId, text) => {
    const answer = await answers(connectionId);
    if (answer === 'sent') sent.push({ connectionId, text });
    return answer;
  };
  return { send, close: async () => undefined, sent };
}

export function memoryBus() {
  const published: { readonly source: string; readonly detailType: string; readonly detail: AuditEvent }[] =
    [];
  const publish: Publish = async (entries) =>
    entries.map(({ source, detailType, detail }) => {
      published.push({ source, detailType, detail: detail as AuditEvent });
      return { kind: 'accepted', busId: `bus-${published.length}` };
    });
  return { publish, published };
}

export const silent: Log = () => undefined;

export const aPrincipal = (fields: Partial<Principal> = {}): Principal => ({
  subject: 'ada',
  tenantId: 'acme',
  roles: ['viewer'],
  tokenExpiresAtMs: START_MS + 3_600_000,
  ...fields,
});

export const anEvent = (fields: Partial<AuditEvent> = {}): AuditEvent =>
  anAuditEvent({ targets: [{ type: 'invoice', id: 'inv-1' }], ...fields });

export const onBus = (detail: unknown, fields: Partial<BusEvent> = {}): BusEvent => ({
  version: '0',
  id: 'bus-1',
  'detail-type': AUDIT_EVENT,
  source: 'audit.billing',
  account: '000000000000',
  time: '2026-11-01T12:00:00Z',
  region: 'local',
  resources: [],
  detail,
  ...fields,
});

/** The message that a text of the server spells. */
export function said(text: string | undefined) {
  const parsed = parseServerMessage(text ?? '');
  if (parsed.kind === 'unknown') throw new Error(`${parsed.reason}: ${text}`);
  return parsed.message;
}

export const later = (position: Position, ms: number): Position =>
  positionAt(positionTimeMs(position) + ms, 32 ** 6 - 1);
