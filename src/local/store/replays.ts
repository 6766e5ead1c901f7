/** Brings archived events back, to the one queue that a replay is for, marked with the replay's name. */
import { replayNameFor } from '../../domain/replay-fence.ts';
import type { Replay, Replays, ReplayWanted } from '../../stream/replays.ts';
import { type ArchivePlace, makeLook } from './archive-look.ts';
import type { Database } from './database.ts';
import type { Enqueue } from './enqueue.ts';
import type { Routes } from './routes.ts';

interface Row {
  name: string;
  queue: string;
  from_ms: number;
  to_ms: number;
  filter: string | null;
  tenant: string | null;
  after_ms: number;
  after_seq: number;
  put_back: number;
  done: 0 | 1;
}

export function makeReplays(
  db: Database,
  routes: Routes,
  deps: { now: () => number; enqueue: Enqueue; wake: (queue: string) => void },
): Replays {
  const look = makeLook(db, routes, deps);
  const held = db.sql.prepare('SELECT * FROM replays WHERE name = ?');
  const insert = db.sql.prepare(
    'INSERT INTO replays (name, queue, from_ms, to_ms, filter, tenant, after_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const moveOn = db.sql.prepare(
    'UPDATE replays SET after_ms = ?, after_seq = ?, put_back = put_back + ?, done = ? WHERE name = ?',
  );

  return {
    routes: routes.queues.map(({ name }) => name),
    count(wanted, after) {
      const name = replayNameFor(wanted.route, deps.now());
      const from = after === undefined ? beginningOf(wanted) : placeOf(after);
      const { found, place, isEnd } = look(wanted, name, from, Infinity);
      const { redatesAfterMs } = routes.queue(wanted.route);
      return {
        matched: found.length,
        ...(!isEnd && { next: textOf(place) }),
        ...(redatesAfterMs !== undefined && { redatesAfterMs }),
      };
    },
    begin(wanted) {
      const { route, fromMs, toMs, filter, tenantId } = wanted;
      const name = freeName(route);
      const filterText = filter === undefined ? null : JSON.stringify(filter);
      insert.run(name, route, fromMs, toMs, filterText, tenantId ?? null, fromMs);
      return { ...wanted, name, putBack: 0, after: textOf(beginningOf(wanted)), isDone: false };
    },
    find,
    goOn(name, limit) {
      const before = find(name);
      if (before === undefined) throw new RangeError(`there is no replay "${name}"`);
      if (before.isDone) return before;
      const { route } = before;
      const { found, place, isEnd } = db.transaction(() => {
        const seen = look(before, name, placeOf(before.after), limit);
        const nowMs = deps.now();
        for (const message of seen.found) deps.enqueue(route, { ...message, nowMs });
        moveOn.run(seen.place.acceptedMs, seen.place.seq, seen.found.length, seen.isEnd ? 1 : 0, name);
        return seen;
      });
      if (found.length > 0) deps.wake(route);
      return { ...before, putBack: before.putBack + found.length, after: textOf(place), isDone: isEnd };
    },
  };

  function find(name: string): Replay | undefined {
    const row = held.get(name) as Row | undefined;
    return row && asReplay(row);
  }

  function freeName(route: string): string {
    let nowMs = deps.now();
    while (find(replayNameFor(route, nowMs))) nowMs++;
    return replayNameFor(route, nowMs);
  }
}

function asReplay(row: Row): Replay {
  return {
    name: row.name,
    route: row.queue,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    ...(row.filter !== null && { filter: JSON.parse(row.filter) as NonNullable<Replay['filter']> }),
    ...(row.tenant !== null && { tenantId: row.tenant }),
    putBack: row.put_back,
    after: textOf({ acceptedMs: row.after_ms, seq: row.after_seq }),
    isDone: row.done === 1,
  };
}

function beginningOf({ fromMs }: ReplayWanted): ArchivePlace {
  return { acceptedMs: fromMs, seq: 0 };
}

function textOf({ acceptedMs, seq }: ArchivePlace): string {
  return `${acceptedMs}.${seq}`;
}

function placeOf(text: string): ArchivePlace {
  const [acceptedMs = '', seq = ''] = text.split('.');
  return { acceptedMs: Number(acceptedMs), seq: Number(seq) };
}
