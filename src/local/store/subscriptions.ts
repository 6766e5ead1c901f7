/** Connections and subscriptions. They die with the process that holds the sockets, so their tables are in memory. */
import { DatabaseSync } from 'node:sqlite';
import type { Position } from '../../domain/position.ts';
import type { Connection, Principal, Subscription, Subscriptions } from '../../stream/ports.ts';

const SCHEMA = `
CREATE TABLE connections (
  connection_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, principal TEXT NOT NULL,
  connected_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_by_tenant ON connections (tenant, expires_ms);
CREATE TABLE subscriptions (
  tenant TEXT NOT NULL, connection_id TEXT NOT NULL, sub TEXT NOT NULL, pattern TEXT NOT NULL,
  position TEXT NOT NULL, expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, connection_id, sub)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_connection ON subscriptions (connection_id, sub);
`;

const PAGE = 500;

interface ConnectionRow {
  principal: string;
  connected_ms: number;
  expires_ms: number;
}
interface SubscriptionRow {
  tenant: string;
  connection_id: string;
  sub: string;
  pattern: string;
  position: string;
  expires_ms: number;
}

export function makeSubscriptions(deps: { now: () => number }): Subscriptions & { end(): void } {
  const sql = new DatabaseSync(':memory:');
  sql.exec(SCHEMA);
  const versions = new Map<string, number>();
  const moved = (tenantId: string) => versions.set(tenantId, (versions.get(tenantId) ?? 0) + 1);

  const countConnections = sql.prepare(
    'SELECT COUNT(*) AS n FROM connections WHERE tenant = ? AND expires_ms > ?',
  );
  const insertConnection = sql.prepare('INSERT OR REPLACE INTO connections VALUES (?, ?, ?, ?, ?)');
  const getConnection = sql.prepare(
    'SELECT principal, connected_ms, expires_ms FROM connections WHERE connection_id = ? AND expires_ms > ?',
  );
  const updateConnection = sql.prepare(
    'UPDATE connections SET principal = ?, expires_ms = ? WHERE connection_id = ?',
  );
  const extend = sql.prepare('UPDATE subscriptions SET expires_ms = ? WHERE connection_id = ?');
  const countOthers = sql.prepare(
    'SELECT COUNT(*) AS n FROM subscriptions WHERE connection_id = ? AND sub <> ?',
  );
  const insertSub = sql.prepare('INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?, ?)');
  const deleteSub = sql.prepare('DELETE FROM subscriptions WHERE connection_id = ? AND sub = ?');
  const subsOf = sql.prepare(
    'SELECT * FROM subscriptions WHERE connection_id = ? AND expires_ms > ? ORDER BY sub',
  );
  const deleteConnection = sql.prepare('DELETE FROM connections WHERE connection_id = ? RETURNING tenant');
  const deleteSubs = sql.prepare('DELETE FROM subscriptions WHERE connection_id = ?');
  const page = sql.prepare(
    'SELECT * FROM subscriptions WHERE tenant = ? AND expires_ms > ? AND (connection_id, sub) > (?, ?) ORDER BY connection_id, sub LIMIT ?',
  );

  const connection = async (connectionId: string, nowMs: number): Promise<Connection | undefined> => {
    const row = getConnection.get(connectionId, nowMs) as unknown as ConnectionRow | undefined;
    return (
      row && {
        connectionId,
        principal: JSON.parse(row.principal) as Principal,
        connectedAtMs: row.connected_ms,
        expiresAtMs: row.expires_ms,
      }
    );
  };

  return {
    async open(opened, { perTenant }) {
      const { tenantId } = opened.principal;
      if ((countConnections.get(tenantId, deps.now()) as { n: number }).n >= perTenant)
        return 'too_many_connections';
      insertConnection.run(
        opened.connectionId,
        tenantId,
        JSON.stringify(opened.principal),
        opened.connectedAtMs,
        opened.expiresAtMs,
      );
      return 'opened';
    },
    connection,
    async refresh(connectionId, principal, expiresAtMs) {
      if (updateConnection.run(JSON.stringify(principal), expiresAtMs, connectionId).changes === 0)
        return 'gone';
      extend.run(expiresAtMs, connectionId);
      moved(principal.tenantId);
      return 'refreshed';
    },
    async subscribe(subscription, { perConnection }) {
      const { connectionId, tenantId, sub } = subscription;
      if ((await connection(connectionId, deps.now())) === undefined) return 'gone';
      if ((countOthers.get(connectionId, sub) as { n: number }).n >= perConnection)
        return 'too_many_subscriptions';
      insertSub.run(
        tenantId,
        connectionId,
        sub,
        JSON.stringify(subscription.pattern),
        subscription.from,
        subscription.expiresAtMs,
      );
      moved(tenantId);
      return 'subscribed';
    },
    async unsubscribe(connectionId, sub) {
      const [row] = (subsOf.all(connectionId, 0) as unknown as SubscriptionRow[]).filter(
        (held) => held.sub === sub,
      );
      if (row === undefined) return 'unknown';
      deleteSub.run(connectionId, sub);
      moved(row.tenant);
      return 'unsubscribed';
    },
    async of(connectionId, nowMs) {
      return (subsOf.all(connectionId, nowMs) as unknown as SubscriptionRow[]).map(subscription);
    },
    async close(connectionId) {
      const gone = deleteConnection.get(connectionId) as { tenant: string } | undefined;
      deleteSubs.run(connectionId);
      if (gone) moved(gone.tenant);
    },
    async version(tenantId) {
      return versions.get(tenantId) ?? 0;
    },
    async live(tenantId, nowMs, next) {
      const [connectionId = '', sub = ''] = next ? (JSON.parse(next) as string[]) : [];
      const rows = page.all(tenantId, nowMs, connectionId, sub, PAGE + 1) as unknown as SubscriptionRow[];
      const subscriptions = rows.slice(0, PAGE).map(subscription);
      const last = subscriptions.at(-1);
      return rows.length > PAGE && last
        ? { subscriptions, next: JSON.stringify([last.connectionId, last.sub]) }
        : { subscriptions };
    },
    end: () => sql.close(),
  };
}

function subscription(row: SubscriptionRow): Subscription {
  return {
    connectionId: row.connection_id,
    tenantId: row.tenant,
    sub: row.sub,
    pattern: JSON.parse(row.pattern),
    from: row.position as Position,
    expiresAtMs: row.expires_ms,
  };
}
