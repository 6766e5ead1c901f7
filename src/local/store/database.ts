/** Opens the one file that holds this home: schema, durability, and a lock so that one process owns it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const MEMORY = ':memory:';

/** One entry for each schema version: what brings a file of the version before up to it. Only ever appended to. */
export const MIGRATIONS = [
  `
CREATE TABLE archive (
  seq INTEGER PRIMARY KEY, bus_id TEXT NOT NULL, accepted_ms INTEGER NOT NULL,
  source TEXT NOT NULL, detail_type TEXT NOT NULL, time TEXT NOT NULL,
  tenant TEXT, event_id TEXT, detail TEXT NOT NULL
) STRICT;
CREATE INDEX archive_by_time ON archive (accepted_ms);
CREATE INDEX archive_by_event ON archive (tenant, event_id);

CREATE TABLE claims (
  tenant TEXT NOT NULL, event_id TEXT NOT NULL, hash TEXT NOT NULL,
  bus_id TEXT NOT NULL, accepted_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_by_time ON claims (accepted_ms);

CREATE TABLE queue (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, visible_ms INTEGER NOT NULL,
  receives INTEGER NOT NULL DEFAULT 0, enqueued_ms INTEGER NOT NULL, accepted_ms INTEGER NOT NULL,
  tenant TEXT, event_id TEXT, envelope TEXT NOT NULL
) STRICT;
CREATE INDEX queue_by_visibility ON queue (queue, visible_ms, seq);
CREATE INDEX queue_by_event ON queue (queue, tenant, event_id);

CREATE TABLE dead (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, reason TEXT NOT NULL, why TEXT,
  receives INTEGER NOT NULL, accepted_ms INTEGER NOT NULL, dead_ms INTEGER NOT NULL,
  tenant TEXT, event_id TEXT, envelope TEXT NOT NULL
) STRICT;
CREATE INDEX dead_by_event ON dead (queue, tenant, event_id);
CREATE INDEX dead_by_time ON dead (dead_ms);

CREATE TABLE trail (
  seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, position TEXT NOT NULL, event_id TEXT NOT NULL,
  kind TEXT NOT NULL, hash TEXT NOT NULL, accepted_ms INTEGER NOT NULL, event TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX trail_by_position ON trail (tenant, position);
CREATE UNIQUE INDEX trail_by_event ON trail (tenant, event_id);
CREATE INDEX trail_by_time ON trail (position);
`,
  `
ALTER TABLE archive ADD COLUMN resources TEXT;
CREATE INDEX dead_by_reason ON dead (queue, reason);
CREATE TABLE meters (
  queue TEXT PRIMARY KEY, entered INTEGER NOT NULL, "left" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meters SELECT queue, COUNT(*), 0 FROM (SELECT queue FROM queue UNION ALL SELECT queue FROM dead) GROUP BY queue;
CREATE TABLE clock (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), time_ms INTEGER NOT NULL) STRICT;
`,
  `
CREATE TABLE told (
  destination TEXT NOT NULL, tenant TEXT NOT NULL, alert_id TEXT NOT NULL, told_ms INTEGER NOT NULL, told TEXT NOT NULL,
  PRIMARY KEY (destination, tenant, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_time ON told (told_ms);
`,
  `
CREATE TABLE replays (
  name TEXT PRIMARY KEY, queue TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
  filter TEXT, tenant TEXT, after_ms INTEGER NOT NULL, after_seq INTEGER NOT NULL DEFAULT 0,
  put_back INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
) STRICT;
`,
  `
ALTER TABLE queue ADD COLUMN replays TEXT;
ALTER TABLE dead ADD COLUMN replays TEXT;
ALTER TABLE dead ADD COLUMN status INTEGER;
ALTER TABLE meters ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
CREATE TABLE purged (
  seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, tenant TEXT, event_id TEXT,
  run TEXT NOT NULL, subject TEXT NOT NULL, purged_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX purged_by_event ON purged (queue, tenant, event_id);
CREATE INDEX purged_by_time ON purged (purged_ms);
`,
  `
CREATE TABLE alert_states (
  tenant TEXT NOT NULL, rule TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
  due_ms INTEGER, kept_until_ms INTEGER, text TEXT NOT NULL,
  PRIMARY KEY (tenant, rule, name)
) STRICT;
CREATE INDEX alert_states_due ON alert_states (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX alert_states_by_end ON alert_states (kept_until_ms) WHERE kept_until_ms IS NOT NULL;

CREATE TABLE alerts (
  tenant TEXT NOT NULL, alert_id TEXT NOT NULL, rule TEXT NOT NULL, name TEXT NOT NULL,
  is_open INTEGER NOT NULL, kept_until_ms INTEGER NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (tenant, alert_id)
) STRICT;
CREATE INDEX alerts_open ON alerts (tenant, alert_id) WHERE is_open = 1;
CREATE INDEX alerts_by_end ON alerts (kept_until_ms);

CREATE TABLE silences (
  tenant TEXT NOT NULL, id TEXT NOT NULL, kept_until_ms INTEGER NOT NULL, silence TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX silences_by_end ON silences (kept_until_ms);
`,
];

export interface Database {
  /** Of the file, for messages. */
  readonly path: string;
  readonly sql: DatabaseSync;
  /** Runs `work` in one transaction; on a throw nothing of it stays. */
  transaction<T>(work: () => T): T;
  /** The same without waiting for the disk: a power cut may undo it together with all that came after it, never what
   * was before it. For what is done again in that case without harm. */
  transactionUnsynced<T>(work: () => T): T;
  close(): void;
}

/** Opens (or makes) the store in `dataDir`. Throws StoreError when the folder is in use, or the file is damaged or newer. */
export function openDatabase(dataDir: string, synchronous: 'FULL' | 'NORMAL', maxPages?: number): Database {
  const release = dataDir === MEMORY ? () => {} : lock(dataDir);
  const path = dataDir === MEMORY ? MEMORY : join(dataDir, 'audit-stream.db');
  try {
    const sql = new DatabaseSync(path, { timeout: 250 });
    // Small checkpoints: each holds up its commit half as long as the default of 1000 pages, for 6 % of the rate.
    sql.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 250; PRAGMA journal_size_limit = 16777216`,
    );
    migrate(sql, path);
    if (maxPages !== undefined) sql.exec(`PRAGMA max_page_count = ${maxPages}`);
    return {
      path,
      sql,
      transaction: (work) => transaction(sql, work),
      transactionUnsynced(work) {
        sql.exec('PRAGMA synchronous = NORMAL');
        try {
          return transaction(sql, work);
        } finally {
          sql.exec(`PRAGMA synchronous = ${synchronous}`);
        }
      },
      close: () => {
        sql.close();
        release();
      },
    };
  } catch (cause) {
    release();
    throw cannotOpen(path, cause);
  }
}

/** The store cannot be opened; the message says what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
}

/** The error to throw when opening `path` failed with `cause`. */
export function cannotOpen(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError(`${path}: ${storeTrouble(cause) ?? String(cause)}`, { cause });
}

/** What is wrong with disk or file, in words, when `error` says so; undefined for anything else (a bug).
 * https://www.sqlite.org/rescode.html */
export function storeTrouble(error: unknown): string | undefined {
  const code = (error as { errcode?: unknown })?.errcode;
  if (typeof code !== 'number') return undefined;
  switch (code & 0xff) {
    case 5:
    case 6:
      return 'the database is locked by another program; close what holds it open';
    case 8:
      return 'the database is read-only; check the permissions of the data folder';
    case 10:
      return 'the disk does not answer; check the disk that holds the data folder';
    case 11:
    case 26:
      return 'the database file is damaged; stop, keep a copy of the data folder, and restore a backup (or recover it with `sqlite3 audit-stream.db .recover`)';
    case 13:
      return 'the disk is full; free some space and it goes on by itself';
    case 14:
      return 'the database file cannot be opened; check that the data folder exists and may be written';
    default:
      return undefined;
  }
}

function transaction<T>(sql: DatabaseSync, work: () => T): T {
  sql.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    sql.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have rolled back already.
    if (sql.isTransaction) sql.exec('ROLLBACK');
    throw error;
  }
}

function migrate(sql: DatabaseSync, path: string): void {
  const { user_version: version } = sql.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      `${path} was written by a newer version (its schema is ${version}, this one knows ${MIGRATIONS.length}): update audit-stream, or use another data folder`,
    );
  }
  if (version < MIGRATIONS.length) {
    transaction(sql, () =>
      sql.exec(`${MIGRATIONS.slice(version).join(';')}; PRAGMA user_version = ${MIGRATIONS.length}`),
    );
  }
}

/** One process owns the folder. The operating system lets go of the lock when the process dies, however it dies. */
function lock(dataDir: string): () => void {
  const owner = join(dataDir, 'owner.pid');
  let held: DatabaseSync;
  try {
    // Audit records are nobody else's business.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    held = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 });
  } catch (cause) {
    throw new StoreError(`${dataDir}: cannot be used as data folder: ${(cause as Error).message}`, { cause });
  }
  try {
    held.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    held.close();
    throw new StoreError(
      `${dataDir} is in use by process ${readOwner(owner)}: stop it, or give this one another --data folder`,
      { cause },
    );
  }
  try {
    writeFileSync(owner, String(process.pid));
  } catch {
    // A full disk: the name of the owner is a courtesy, the lock is held.
  }
  return () => held.close();
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '(unknown)';
  }
}
