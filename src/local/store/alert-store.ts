/** What is known of alerts, in the home's one file. A call is one transaction: a batch waits for the disk once. */

import {
  listedSilences,
  recordKeptUntilMs,
  silenceKeptUntilMs,
  stateKeptUntilMs,
} from '../../detect/kept-until.ts';
import type {
  AlertRecords,
  AlertStates,
  AlertStore,
  Silences,
  StateChange,
  StateKey,
  StoredState,
} from '../../detect/ports.ts';
import type { AlertRecord } from '../../domain/alert/alert-record.ts';
import type { Silence } from '../../domain/alert/silence.ts';
import type { Database } from './database.ts';

export function makeAlertStore(db: Database, now: () => number): AlertStore {
  return { states: makeStates(db, now), records: makeRecords(db, now), silences: makeSilences(db, now) };
}

const THIS_STATE = 'tenant = ? AND rule = ? AND name = ?';
const KEY = 'tenant AS tenantId, rule AS ruleId, name';

function makeStates(db: Database, now: () => number): AlertStates {
  const one = db.sql.prepare(
    `SELECT version, text FROM alert_states WHERE ${THIS_STATE} AND (kept_until_ms IS NULL OR kept_until_ms > ?)`,
  );
  const begin = db.sql.prepare(
    `INSERT INTO alert_states (tenant, rule, name, version, due_ms, kept_until_ms, text) VALUES (?, ?, ?, 1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET version = 1, due_ms = excluded.due_ms, kept_until_ms = excluded.kept_until_ms, text = excluded.text
     WHERE alert_states.kept_until_ms <= ?`,
  );
  const goOn = db.sql.prepare(
    `UPDATE alert_states SET version = version + 1, due_ms = ?, kept_until_ms = ?, text = ?
     WHERE ${THIS_STATE} AND version = ?`,
  );
  const putRecord = db.sql.prepare(
    `INSERT OR REPLACE INTO alerts (tenant, alert_id, rule, name, is_open, kept_until_ms, record)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const due = db.sql.prepare(`SELECT ${KEY} FROM alert_states WHERE due_ms <= ? ORDER BY due_ms LIMIT ?`);

  return {
    async read(keys) {
      const nowMs = now();
      return keys.map((key) => {
        const row = one.get(...partsOf(key), nowMs) as StoredState | undefined;
        return row && { version: row.version, text: row.text };
      });
    },
    async write(changes) {
      if (changes.length === 0) return [];
      const nowMs = now();
      return db.transaction(() => changes.map((change) => write(change, nowMs)));
    },
    async due(nowMs, limit) {
      return (due.all(nowMs, limit) as unknown as readonly StateKey[]).map((row) => ({ ...row }));
    },
  };

  function write(change: StateChange, nowMs: number): 'written' | 'conflict' {
    const { key, version, text } = change;
    const content = [change.dueMs ?? null, stateKeptUntilMs(change) ?? null, text] as const;
    const { changes } =
      version === undefined
        ? begin.run(...partsOf(key), ...content, nowMs)
        : goOn.run(...content, ...partsOf(key), version);
    if (changes === 0) return 'conflict';
    for (const record of change.records ?? []) {
      const { alertId, status } = record.alert;
      const isOpen = status === 'resolved' ? 0 : 1;
      const json = JSON.stringify(record);
      putRecord.run(
        ...[key.tenantId, alertId, key.ruleId, key.name],
        ...[isOpen, recordKeptUntilMs(change, record), json],
      );
    }
    return 'written';
  }
}

/** Comes after every id. */
const NEWEST = '\u{10ffff}';

function makeRecords(db: Database, now: () => number): AlertRecords {
  const newest = (which: string) =>
    db.sql.prepare(
      `SELECT record FROM alerts WHERE tenant = ? AND kept_until_ms > ? AND ${which} ORDER BY alert_id DESC LIMIT ?`,
    );
  const open = newest('is_open = 1 AND alert_id < ?');
  const page = newest('alert_id < ?');
  const one = db.sql.prepare(
    `SELECT ${KEY}, record FROM alerts WHERE tenant = ? AND alert_id = ? AND kept_until_ms > ?`,
  );

  return {
    open: async (tenantId, limit, before = NEWEST) => recordsOf(open.all(tenantId, now(), before, limit)),
    async page(tenantId, { before = NEWEST, limit }) {
      const found = recordsOf(page.all(tenantId, now(), before, limit + 1));
      const records = found.slice(0, limit);
      const next = found.length > limit ? records.at(-1)?.alert.alertId : undefined;
      return { records, ...(next !== undefined && { next }) };
    },
    async byId(tenantId, alertId) {
      const row = one.get(tenantId, alertId, now()) as (StateKey & { record: string }) | undefined;
      if (!row) return undefined;
      const { record, ...key } = row;
      return { record: JSON.parse(record) as AlertRecord, key };
    },
  };
}

function makeSilences(db: Database, now: () => number): Silences {
  const put = db.sql.prepare(
    'INSERT OR REPLACE INTO silences (tenant, id, kept_until_ms, silence) VALUES (?, ?, ?, ?)',
  );
  const all = db.sql.prepare('SELECT silence FROM silences WHERE tenant = ? AND kept_until_ms > ?');

  return {
    async put(silence) {
      put.run(silence.tenantId, silence.id, silenceKeptUntilMs(silence), JSON.stringify(silence));
    },
    async list(tenantId, endsAfterMs) {
      const nowMs = now();
      const rows = all.all(tenantId, nowMs) as unknown as readonly { readonly silence: string }[];
      return listedSilences(
        rows.map(({ silence }) => JSON.parse(silence) as Silence),
        endsAfterMs,
        nowMs,
      );
    },
  };
}

function partsOf({ tenantId, ruleId, name }: StateKey): [string, string, string] {
  return [tenantId, ruleId, name];
}

function recordsOf(rows: readonly unknown[]): readonly AlertRecord[] {
  return rows.map((row) => JSON.parse((row as { readonly record: string }).record) as AlertRecord);
}
