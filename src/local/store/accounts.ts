/** Conservation: for each hop, in = out + waiting + dead + purged, and the ids of what is unaccounted for. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Accounts, Hop, Unaccounted } from '../../domain/accounts.ts';
import type { Database } from './database.ts';
import type { Meters } from './meters.ts';
import type { QueueCounts } from './queue-counts.ts';
import type { Routes } from './routes.ts';

/** Rows that are looked at before the rest of the process has its turn: a millisecond or two. */
const PAGE = 400;
/** How many of the last purges are told. */
const PURGES = 10;
/** How many of the missing are named. */
const NAMED = 100;

interface Row {
  tenant: string;
  event_id: string;
  accepted_ms: number;
}

interface Claim extends Row {
  archived: 0 | 1;
  recorded: 0 | 1;
  waiting: 0 | 1;
  dead: 0 | 1;
  purged: 0 | 1;
}

interface Archived extends Row {
  seq: number;
  claimed: 0 | 1;
}

type CountedHop = { -readonly [K in keyof Hop]-?: NonNullable<Hop[K]> };

/** Walks every claim that is still within retention, in small steps so that a running home is not held up.
 * About 6 s for a million events, never more than a few milliseconds at a time. */
export function makeAccounts(
  db: Database,
  routes: Routes,
  deps: {
    now: () => number;
    meters: Meters;
    countQueue: (queue: string) => QueueCounts;
    archiveRetentionMs: number;
    trailRetentionMs: number;
  },
) {
  const claims = db.sql.prepare(`
    SELECT c.tenant, c.event_id, c.accepted_ms,
      EXISTS (SELECT 1 FROM archive a WHERE a.tenant = c.tenant AND a.event_id = c.event_id) AS archived,
      EXISTS (SELECT 1 FROM trail t WHERE t.tenant = c.tenant AND t.event_id = c.event_id) AS recorded,
      EXISTS (SELECT 1 FROM queue q WHERE q.queue = 'record' AND q.tenant = c.tenant AND q.event_id = c.event_id) AS waiting,
      EXISTS (SELECT 1 FROM dead d WHERE d.queue = 'record' AND d.tenant = c.tenant AND d.event_id = c.event_id) AS dead,
      EXISTS (SELECT 1 FROM purged p WHERE p.queue = 'record' AND p.tenant = c.tenant AND p.event_id = c.event_id) AS purged
    FROM claims c WHERE (c.tenant, c.event_id) > (?, ?) ORDER BY c.tenant, c.event_id LIMIT ?`);
  /** The other way round: a claim may have been taken by another hand. */
  const archive = db.sql.prepare(`
    SELECT a.seq, a.tenant, a.event_id, a.accepted_ms,
      a.tenant IS NULL OR EXISTS (SELECT 1 FROM claims c WHERE c.tenant = a.tenant AND c.event_id = a.event_id) AS claimed
    FROM archive a WHERE (a.accepted_ms, a.seq) > (?, ?) ORDER BY a.accepted_ms, a.seq LIMIT ?`);
  const purges = db.sql.prepare(
    'SELECT queue, run, subject, COUNT(*) AS letters, MIN(purged_ms) AS first_ms FROM purged GROUP BY run, queue, subject ORDER BY first_ms DESC LIMIT ?',
  );

  return async (): Promise<Accounts> => {
    const asOfMs = deps.now();
    const door = newHop('door → bus');
    const record = newHop('record → trail');
    const unaccounted: Unaccounted[] = [];
    const missing = (hop: CountedHop, { tenant, event_id, accepted_ms }: Row) => {
      hop.unaccounted++;
      if (unaccounted.length < NAMED)
        unaccounted.push({ hop: hop.name, tenantId: tenant, id: event_id, acceptedAtMs: accepted_ms });
    };
    // Retention is measured anew for every page, because the sweep goes on meanwhile.
    const kept = (row: Row, retentionMs: number) =>
      row.accepted_ms <= asOfMs && row.accepted_ms >= deps.now() - retentionMs;

    for (let last: Claim | undefined; ; await nextTurn()) {
      const rows = claims.all(last?.tenant ?? '', last?.event_id ?? '', PAGE) as unknown as Claim[];
      for (const row of rows) {
        if (kept(row, deps.archiveRetentionMs)) {
          door.in++;
          if (row.archived) door.out++;
          else missing(door, row);
        }
        if (kept(row, deps.trailRetentionMs)) {
          record.in++;
          if (row.recorded) record.out++;
          else if (row.waiting) record.waiting++;
          else if (row.dead) record.dead++;
          else if (row.purged) record.purged++;
          else missing(record, row);
        }
      }
      last = rows.at(-1);
      if (last === undefined) break;
    }

    const bothMs = Math.min(deps.archiveRetentionMs, deps.trailRetentionMs);
    for (let last: Archived | undefined; ; await nextTurn()) {
      const rows = archive.all(
        last?.accepted_ms ?? asOfMs - bothMs,
        last?.seq ?? 0,
        PAGE,
      ) as unknown as Archived[];
      for (const row of rows) {
        if (row.claimed || !kept(row, bothMs)) continue;
        door.in++;
        missing(door, row);
      }
      last = rows.at(-1);
      if (last === undefined) break;
    }
    const hops = [door, ...routes.queues.map(({ name }) => queueHop(name)), record].map(lean);
    const notes = purges.all(PURGES) as unknown as Purge[];
    return { asOfMs, hops, unaccounted, ...(notes.length > 0 && { notes: notes.map(inWords) }) };
  };

  function queueHop(queue: string): CountedHop {
    const { entered, left, purged } = deps.meters.of(queue);
    const { waiting, dead } = deps.countQueue(queue);
    return {
      name: `bus → ${queue}`,
      in: entered,
      out: left,
      waiting,
      dead,
      purged,
      unaccounted: entered - left - waiting - dead - purged,
    };
  }
}

function newHop(name: string): CountedHop {
  return { name, in: 0, out: 0, waiting: 0, dead: 0, purged: 0, unaccounted: 0 };
}

function lean({ purged, ...hop }: CountedHop): Hop {
  return purged > 0 ? { ...hop, purged } : hop;
}

interface Purge {
  queue: string;
  run: string;
  subject: string;
  letters: number;
  first_ms: number;
}

function inWords({ queue, run, subject, letters, first_ms: firstMs }: Purge): string {
  return `${queue}: ${letters} dead letters purged by ${subject} from ${new Date(firstMs).toISOString()} on (${run}).`;
}
