/** Conservation: for each hop, in = out + waiting + dead, and the ids of what is unaccounted for. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Accounts, Hop, Unaccounted } from '../../domain/accounts.ts';
import type { Database } from './database.ts';

const PAGE = 2000;
const NAMED = 100;

interface Row {
  tenant: string;
  event_id: string;
  accepted_ms: number;
  archived: 0 | 1;
  recorded: 0 | 1;
  waiting: 0 | 1;
  dead: 0 | 1;
}

/** Walks every claim that is still within retention, in small steps so that a running home is not held up. */
export function makeAccounts(
  db: Database,
  deps: { now: () => number; archiveRetentionMs: number; trailRetentionMs: number },
) {
  const page = db.sql.prepare(`
    SELECT c.tenant, c.event_id, c.accepted_ms,
      EXISTS (SELECT 1 FROM archive a WHERE a.tenant = c.tenant AND a.event_id = c.event_id) AS archived,
      EXISTS (SELECT 1 FROM trail t WHERE t.tenant = c.tenant AND t.event_id = c.event_id) AS recorded,
      EXISTS (SELECT 1 FROM queue q WHERE q.queue = 'record' AND q.tenant = c.tenant AND q.event_id = c.event_id) AS waiting,
      EXISTS (SELECT 1 FROM dead d WHERE d.queue = 'record' AND d.tenant = c.tenant AND d.event_id = c.event_id) AS dead
    FROM claims c WHERE (c.tenant, c.event_id) > (?, ?) ORDER BY c.tenant, c.event_id LIMIT ?`);
  /** Rows that no claim stands for: taken away with their claim, or put there by another hand. */
  const orphans = db.sql.prepare(`
    SELECT a.tenant, a.event_id, a.accepted_ms FROM archive a
    WHERE a.tenant IS NOT NULL AND a.accepted_ms >= ? AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.tenant = a.tenant AND c.event_id = a.event_id)
    LIMIT ?`);

  return async (): Promise<Accounts> => {
    const asOfMs = deps.now();
    const archive = newHop('door → archive');
    const trail = newHop('bus → trail');
    const unaccounted: Unaccounted[] = [];
    const missing = (hop: CountedHop, row: { tenant: string; event_id: string; accepted_ms: number }) => {
      hop.unaccounted++;
      if (unaccounted.length < NAMED) {
        unaccounted.push({
          hop: hop.name,
          tenantId: row.tenant,
          id: row.event_id,
          acceptedAtMs: row.accepted_ms,
        });
      }
    };

    for (let rows: Row[], tenant = '', id = ''; ; ) {
      rows = page.all(tenant, id, PAGE) as unknown as Row[];
      for (const row of rows) {
        if (row.accepted_ms > asOfMs) continue;
        if (row.accepted_ms >= asOfMs - deps.archiveRetentionMs) {
          archive.in++;
          if (row.archived) archive.out++;
          else missing(archive, row);
        }
        if (row.accepted_ms >= asOfMs - deps.trailRetentionMs) {
          trail.in++;
          if (row.recorded) trail.out++;
          else if (row.waiting) trail.waiting++;
          else if (row.dead) trail.dead++;
          else missing(trail, row);
        }
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      tenant = last.tenant;
      id = last.event_id;
      await nextTurn();
    }
    const oldestMs = asOfMs - Math.min(deps.archiveRetentionMs, deps.trailRetentionMs);
    for (const row of orphans.all(oldestMs, NAMED) as unknown as Row[]) {
      archive.in++;
      missing(archive, row);
    }
    return { asOfMs, hops: [archive, trail], unaccounted };
  };
}

type CountedHop = { -readonly [K in keyof Hop]: Hop[K] };

function newHop(name: string): CountedHop {
  return { name, in: 0, out: 0, waiting: 0, dead: 0, unaccounted: 0 };
}
