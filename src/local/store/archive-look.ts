/** Looks through the archive for what a replay would put back, a few milliseconds at a time. */
import { randomUUID } from 'node:crypto';
import { matches, parseFilter } from '../../domain/filter/index.ts';
import { isObject } from '../../domain/protocol/fields.ts';
import type { ReplayWanted } from '../../stream/replays.ts';
import type { Database } from './database.ts';
import type { NewMessage } from './enqueue.ts';
import { envelope } from './envelope.ts';
import type { Routes } from './routes.ts';

interface Row {
  seq: number;
  accepted_ms: number;
  source: string;
  detail_type: string;
  time: string;
  resources: string | null;
  tenant: string | null;
  event_id: string | null;
  detail: string;
}

/** After which row to look on. */
export interface ArchivePlace {
  readonly acceptedMs: number;
  readonly seq: number;
}

export interface Look {
  /** Ready for the route's queue, in the order of their acceptance. */
  readonly found: readonly Omit<NewMessage, 'nowMs'>[];
  readonly place: ArchivePlace;
  readonly isEnd: boolean;
}

/** What one look may take: it holds up everything else in the process. */
const ROWS = 2_000;
const LOOK_MS = 20;

export function makeLook(db: Database, routes: Routes, deps: { readonly now: () => number }) {
  const rows = db.sql.prepare(
    'SELECT * FROM archive WHERE (accepted_ms, seq) > (?, ?) AND accepted_ms < ? ORDER BY accepted_ms, seq',
  );

  /** Goes on after `place` until `limit` are found. */
  return (wanted: ReplayWanted, name: string, place: ArchivePlace, limit: number): Look => {
    const find = finder(wanted, name);
    const untilMs = deps.now() + LOOK_MS;
    const found: Omit<NewMessage, 'nowMs'>[] = [];
    let looked = 0;
    let last = place;
    for (const each of rows.iterate(place.acceptedMs, place.seq, wanted.toMs)) {
      const row = each as unknown as Row;
      const message = find(row);
      if (message) found.push(message);
      last = { acceptedMs: row.accepted_ms, seq: row.seq };
      if (found.length >= limit || ++looked >= ROWS || deps.now() > untilMs)
        return { found, place: last, isEnd: false };
    }
    return { found, place: last, isEnd: true };
  };

  function finder({ route, filter, tenantId }: ReplayWanted, replayName: string) {
    const parsed = filter && parseFilter(filter);
    return (row: Row): Omit<NewMessage, 'nowMs'> | undefined => {
      if (tenantId !== undefined && row.tenant !== null && row.tenant !== tenantId) return undefined;
      const detail: unknown = JSON.parse(row.detail);
      if (tenantId !== undefined && !(isObject(detail) && detail.tenantId === tenantId)) return undefined;
      if (parsed && !matches(parsed, detail)) return undefined;
      const { event, text } = envelope(
        {
          id: randomUUID(),
          source: row.source,
          detailType: row.detail_type,
          time: row.time,
          resources: row.resources === null ? [] : JSON.parse(row.resources),
          replayName,
        },
        detail,
        row.detail,
      );
      if (!routes.of(event).queues.includes(route)) return undefined;
      return {
        acceptedAtMs: row.accepted_ms,
        tenantId: row.tenant,
        eventId: row.event_id,
        envelope: text,
      };
    };
  }
}
