/** Brings archived events back onto the bus: queued routes get them again, marked with the replay's name. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { Enqueue } from './enqueue.ts';
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

const PAGE = 200;

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
  deps: { now: () => number; enqueue: Enqueue; wake: (queue: string) => void },
) {
  const count = db.sql.prepare(
    'SELECT COUNT(*) AS n FROM archive WHERE accepted_ms >= ? AND accepted_ms < ?',
  );
  const page = db.sql.prepare(
    'SELECT * FROM archive WHERE (accepted_ms, seq) > (?, ?) AND accepted_ms < ? ORDER BY accepted_ms, seq LIMIT ?',
  );

  return async ({ fromMs, toMs, name, onProgress }: ReplayRequest): Promise<number> => {
    const total = (count.get(fromMs, toMs) as { n: number }).n;
    let done = 0;
    for (let afterMs = fromMs, after = 0; ; ) {
      const rows = page.all(afterMs, after, toMs, PAGE) as unknown as Row[];
      const last = rows.at(-1);
      if (last === undefined) return done;
      afterMs = last.accepted_ms;
      after = last.seq;
      for (const queue of db.transaction(() => new Set(rows.flatMap((row) => putBack(row, name)))))
        deps.wake(queue);
      done += rows.length;
      onProgress?.(done, total);
      await nextTurn();
    }
  };

  function putBack(row: Row, replayName: string): readonly string[] {
    const { event, text } = envelope(
      {
        id: randomUUID(),
        source: row.source,
        detailType: row.detail_type,
        time: row.time,
        resources: row.resources === null ? [] : JSON.parse(row.resources),
        replayName,
      },
      JSON.parse(row.detail),
      row.detail,
    );
    const nowMs = deps.now();
    const { queues } = routes.of(event);
    for (const queue of queues) {
      deps.enqueue(queue, {
        nowMs,
        acceptedAtMs: row.accepted_ms,
        tenantId: row.tenant,
        eventId: row.event_id,
        envelope: text,
      });
    }
    return queues;
  }
}
