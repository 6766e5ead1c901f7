/** The trail in SQLite: one writer, which gives the position inside its transaction. */
import { contentHash } from '../../domain/event/content-hash.ts';
import { type Position, parsePosition, positionAt } from '../../domain/position.ts';
import type { Appended, Trail, TrailEntry } from '../../stream/ports.ts';
import type { Database } from './database.ts';
import type { Positions } from './positions.ts';

interface Row {
  position: string;
  event_id: string;
  kind: 'event' | 'alert';
  accepted_ms: number;
  event: string;
}

const PAGE = 1000;

/** Slices close as soon as they end: see docs/decisions/0001-home-slices.md. */
export function makeTrail(db: Database, deps: { positions: Positions; retentionMs: number }): Trail {
  const insert = db.sql.prepare(
    'INSERT INTO trail (tenant, position, event_id, kind, hash, accepted_ms, event) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, event_id) DO NOTHING',
  );
  const known = db.sql.prepare('SELECT hash FROM trail WHERE tenant = ? AND event_id = ?');
  const range = db.sql.prepare(
    'SELECT position, event_id, kind, accepted_ms, event FROM trail WHERE tenant = ? AND position >= ? AND position < ? ORDER BY position LIMIT ?',
  );
  const one = db.sql.prepare(
    'SELECT position, event_id, kind, accepted_ms, event FROM trail WHERE tenant = ? AND event_id = ?',
  );

  return {
    sliceMs: 1000,
    marginMs: 0,
    async append(entries) {
      return db.transaction(() =>
        entries.map(({ event, kind, acceptedAtMs }): Appended => {
          const hash = contentHash(event);
          const position = deps.positions.next();
          if (
            insert.run(event.tenantId, position, event.id, kind, hash, acceptedAtMs, JSON.stringify(event))
              .changes > 0
          ) {
            return { kind: 'appended', position };
          }
          const first = known.get(event.tenantId, event.id) as { hash: string };
          return { kind: first.hash === hash ? 'duplicate' : 'id_conflict' };
        }),
      );
    },
    async slice(tenantId, fromMs, toMs, next) {
      deps.positions.readUpTo(toMs);
      const from = parsePosition(next) ?? positionAt(fromMs);
      const rows = range.all(tenantId, from, positionAt(toMs), PAGE + 1) as unknown as Row[];
      const entries = rows.slice(0, PAGE).map(entry);
      const more = rows[PAGE];
      return more ? { entries, next: more.position } : { entries };
    },
    async availableFrom(nowMs) {
      return positionAt(Math.max(0, nowMs - deps.retentionMs));
    },
    async byId(tenantId, id) {
      const row = one.get(tenantId, id) as unknown as Row | undefined;
      return row && entry(row);
    },
  };
}

function entry(row: Row): TrailEntry {
  return {
    position: row.position as Position,
    id: row.event_id,
    kind: row.kind,
    acceptedAtMs: row.accepted_ms,
    event: JSON.parse(row.event),
  };
}
