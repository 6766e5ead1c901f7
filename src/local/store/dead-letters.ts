/** Messages that were given up, with their reason, waiting for a person: looked at in their order, moved in transactions. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BusEvent } from '../../domain/bus-event.ts';
import { type Replay, readReplays, replayedAgain } from '../../domain/dead-letters/replays.ts';
import type { MoveTo } from '../../domain/dead-letters/run.ts';
import type { DeadLetter, DeadLetters, DeadLettersOf } from '../../stream/ports.ts';
import type { Database } from './database.ts';
import type { Meters } from './meters.ts';
import type { Routes } from './routes.ts';

interface Row {
  seq: number;
  queue: string;
  message_id: string;
  reason: string;
  why: string | null;
  status: number | null;
  receives: number;
  accepted_ms: number;
  dead_ms: number;
  replays: string | null;
  envelope: string;
}

/** Rows that are read before the rest of the process has its turn. */
const PAGE = 200;
/** What one call looks at, and what one step looks at to find what it moves. */
const MAX_LOOKED_AT = 100_000;
const MAX_STEPPED_OVER = 5_000;

export interface StoredDeadLetters extends DeadLetters {
  /** Of one queue, oldest first, in pages of `limit`; `next` asks for the following page. */
  list(
    queue: string,
    options?: { readonly limit?: number; readonly next?: string },
  ): { readonly letters: readonly DeadLetter[]; readonly next?: string };
  countByReason(): readonly { readonly queue: string; readonly reason: string; readonly count: number }[];
}

export function makeDeadLetters(
  db: Database,
  routes: Routes,
  deps: { now: () => number; meters: Meters; wake: (queue: string) => void },
): StoredDeadLetters {
  // `+queue`: in the order of the rows; by the index of a queue all its letters would be sorted for every page.
  const page = db.sql.prepare(
    'SELECT * FROM dead WHERE seq > ? AND (? IS NULL OR +queue = ?) AND (? IS NULL OR +reason = ?) ORDER BY seq LIMIT ?',
  );
  const byReason = db.sql.prepare(
    'SELECT queue, reason, COUNT(*) AS count FROM dead GROUP BY queue, reason ORDER BY queue, count DESC',
  );
  const after = db.sql.prepare('SELECT COUNT(*) AS n FROM dead WHERE seq > ?');
  const nextQueue = db.sql.prepare('SELECT queue FROM dead WHERE queue > ? ORDER BY queue LIMIT 1');
  const putBack = db.sql.prepare(
    `INSERT INTO queue (queue, visible_ms, enqueued_ms, accepted_ms, tenant, event_id, replays, envelope)
     SELECT queue, ?, ?, accepted_ms, tenant, event_id, ?, envelope FROM dead WHERE seq = ?`,
  );
  const notePurged = db.sql.prepare(
    `INSERT INTO purged (queue, tenant, event_id, run, subject, purged_ms)
     SELECT queue, tenant, event_id, ?, ?, ? FROM dead WHERE seq = ?`,
  );
  const remove = db.sql.prepare('DELETE FROM dead WHERE seq = ?');

  return {
    async queues() {
      const names = new Set(routes.queues.map(({ name }) => name));
      // Letters of a destination that is no longer configured are there still.
      for (let found = nextQueue.get(''); found; found = nextQueue.get(found.queue as string))
        names.add(found.queue as string);
      const consumed = new Set(routes.queues.map(({ name }) => name));
      return [...names].map((name) => ({ name, isConsumed: consumed.has(name) }));
    },
    async look(which, visit) {
      let scanned = 0;
      for (let last = cursorOf(which.from); ; await nextTurn()) {
        const rows = read(which, last);
        for (const row of rows) {
          scanned++;
          if (visit(letterOf(row), String(row.seq)) === 'enough') return { scanned, isComplete: false };
          last = row.seq;
        }
        if (rows.length < PAGE) return { scanned, isComplete: true };
        if (scanned >= MAX_LOOKED_AT)
          return { scanned, isComplete: false, remaining: scanned + (after.get(last) as { n: number }).n };
      }
    },
    async move(which) {
      const skipped: Record<string, number> = {};
      const taken: Row[] = [];
      let scanned = 0;
      let last = cursorOf(which.from);
      let rows: readonly Row[];
      do {
        if (scanned > 0) await nextTurn();
        rows = read(which, last);
        for (const row of rows) {
          if (taken.length === which.limit) break;
          scanned++;
          last = row.seq;
          const decision = which.decide(letterOf(row));
          if (decision.kind === 'take') taken.push(row);
          if (decision.kind === 'skip') skipped[decision.reason] = (skipped[decision.reason] ?? 0) + 1;
        }
      } while (rows.length === PAGE && taken.length < which.limit && scanned < MAX_STEPPED_OVER);
      const moved = moveRows(taken, which.to, which.replay);
      const isEnd = read(which, last, 1).length === 0;
      return { moved, skipped, failed: {}, ...(!isEnd && { next: String(last) }) };
    },
    list(queue, { limit = 100, next } = {}) {
      const rows = read({ queue }, Number(next ?? 0), limit + 1);
      const letters = rows.slice(0, limit).map(letterOf);
      const last = rows[limit - 1];
      return rows.length > limit && last ? { letters, next: String(last.seq) } : { letters };
    },
    countByReason: () => byReason.all() as unknown as { queue: string; reason: string; count: number }[],
  };

  function read({ queue = null, reason = null }: Nullable<DeadLettersOf>, last: number, limit = PAGE) {
    return page.all(last, queue, queue, reason, reason, limit) as unknown as readonly Row[];
  }

  /** All of them or none, each once: what another step has moved meanwhile is left out. Answers how many. */
  function moveRows(rows: readonly Row[], to: MoveTo, replay: Replay): number {
    const counts = new Map<string, number>();
    db.transaction(() => {
      for (const row of rows) {
        const { changes } =
          to === 'queue'
            ? putBackRow(row, replay)
            : notePurged.run(replay.run, replay.by, replay.atMs, row.seq);
        if (changes === 0) continue;
        remove.run(row.seq);
        counts.set(row.queue, (counts.get(row.queue) ?? 0) + 1);
      }
      if (to === 'nowhere') for (const [queue, count] of counts) deps.meters.purged(queue, count);
    });
    if (to === 'queue') for (const queue of counts.keys()) deps.wake(queue);
    return [...counts.values()].reduce((total, count) => total + count, 0);
  }

  function putBackRow({ seq, replays }: Row, replay: Replay) {
    const nowMs = deps.now();
    return putBack.run(nowMs, nowMs, JSON.stringify(replayedAgain(readReplays(replays), replay)), seq);
  }
}

/** What is no cursor of ours begins at the beginning. */
function cursorOf(from: string | undefined): number {
  const seq = Number(from ?? 0);
  return Number.isSafeInteger(seq) ? seq : 0;
}

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null };

function letterOf(row: Row): DeadLetter {
  const replays = readReplays(row.replays);
  return {
    messageId: row.message_id,
    queue: row.queue,
    reason: row.reason,
    ...(row.why !== null && { detail: row.why }),
    ...(row.status !== null && { status: row.status }),
    receiveCount: row.receives,
    acceptedAtMs: row.accepted_ms,
    deadAtMs: row.dead_ms,
    ...(replays && { replays }),
    event: JSON.parse(row.envelope) as BusEvent,
  };
}
