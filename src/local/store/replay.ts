/** Brings archived events back onto the bus: queued routes get them again, marked with the replay's name. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BusEvent } from '../../domain/bus-event.ts';
import type { Database } from './database.ts';
import type { Routes } from './routes.ts';

interface Row {
  seq: number;
  accepted_ms: number;
  source: string;
  detail_type: string;
  time: string;
  tenant: string | null;
  event_id: string | null;
  detail: string;
}

const PAGE = 500;

export interface ReplayRequest {
  /** Events accepted in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Becomes `replay-name` on the envelope. */
  readonly name: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Returns how many events were put back. A crash midway leaves the rest undone: replay again, duplicates are harmless. */
export function makeReplay(
  db: Database,
  routes: Routes,
  deps: { now: () => number; wake: (queue: string) => void },
) {
  const count = db.sql.prepare(
    'SELECT COUNT(*) AS n FROM archive WHERE accepted_ms >= ? AND accepted_ms < ?',
  );
  const page = db.sql.prepare(
    'SELECT * FROM archive WHERE accepted_ms >= ? AND accepted_ms < ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  const enqueue = db.sql.prepare(
    'INSERT INTO queue (queue, visible_ms, enqueued_ms, accepted_ms, tenant, event_id, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  return async ({ fromMs, toMs, name, onProgress }: ReplayRequest): Promise<number> => {
    const total = (count.get(fromMs, toMs) as { n: number }).n;
    let done = 0;
    for (let after = 0; ; ) {
      const rows = page.all(fromMs, toMs, after, PAGE) as unknown as Row[];
      const last = rows.at(-1);
      if (last === undefined) return done;
      after = last.seq;
      for (const queue of db.transaction(() => new Set(rows.flatMap((row) => putBack(row, name)))))
        deps.wake(queue);
      done += rows.length;
      onProgress?.(done, total);
      await nextTurn();
    }
  };

  function putBack(row: Row, name: string): readonly string[] {
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': row.detail_type,
      source: row.source,
      account: '000000000000',
      time: row.time,
      region: 'local',
      resources: [],
      detail: JSON.parse(row.detail),
      'replay-name': name,
    };
    const nowMs = deps.now();
    const { queues } = routes.of(event);
    for (const queue of queues)
      enqueue.run(queue, nowMs, nowMs, row.accepted_ms, row.tenant, row.event_id, JSON.stringify(event));
    return queues;
  }
}
