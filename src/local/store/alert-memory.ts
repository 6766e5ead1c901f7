/** What destinations have told of alerts, in the home's one file. */
import { type AlertMemory, TOLD_FOR_MS, type Told } from '../../sink/alert-memory.ts';
import type { Database } from './database.ts';

/** Turns live in the process: it is the only one that speaks. */
export function makeAlertMemory(db: Database): AlertMemory {
  const one = db.sql.prepare('SELECT told FROM told WHERE destination = ? AND tenant = ? AND alert_id = ?');
  const put = db.sql.prepare(
    'INSERT OR REPLACE INTO told (destination, tenant, alert_id, told_ms, told) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.sql.prepare('DELETE FROM told WHERE told_ms < ?');
  const turns = new Map<string, { readonly untilMs: number; readonly nextCallMs: number }>();

  return {
    async takeTurn(destination, nowMs, untilMs) {
      const { untilMs: heldMs = 0, nextCallMs = 0 } = turns.get(destination) ?? {};
      if (heldMs > nowMs) return undefined;
      const mine = { untilMs, nextCallMs };
      turns.set(destination, mine);
      return {
        nextCallMs,
        async end(next) {
          if (turns.get(destination) === mine) turns.set(destination, { untilMs: 0, nextCallMs: next });
        },
      };
    },
    async told(destination, tenantId, alertId) {
      const row = one.get(destination, tenantId, alertId) as { readonly told: string } | undefined;
      return row && (JSON.parse(row.told) as Told);
    },
    async remember(destination, tenantId, alertId, told, nowMs) {
      db.transaction(() => {
        put.run(destination, tenantId, alertId, nowMs, JSON.stringify(told));
        forget.run(nowMs - TOLD_FOR_MS);
      });
    },
  };
}
