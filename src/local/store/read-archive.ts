/** Reads the archive of a home beside the process that owns its folder, if one does: only ever a page at a time, so that
 * nobody waits for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AUDIT_EVENT } from '../../domain/bus-event.ts';
import { cannotOpen, StoreError } from './database.ts';

export interface ArchivedSpan {
  readonly dataDir: string;
  /** By the time when the bus took them; `toMs` is not part of it. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface Row {
  readonly seq: number;
  readonly accepted_ms: number;
  readonly detail: string;
}

/** The audit events as they were sent, as JSON texts, in the order in which the bus took them. Throws StoreError. */
export function* readArchive({ dataDir, fromMs, toMs }: ArchivedSpan): Generator<string> {
  const path = join(dataDir, 'audit-stream.db');
  if (!existsSync(path))
    throw new StoreError(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
  let sql: DatabaseSync | undefined;
  try {
    sql = new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
    const page = sql.prepare(
      'SELECT seq, accepted_ms, detail FROM archive WHERE (accepted_ms, seq) > (?, ?) AND accepted_ms < ? AND detail_type = ? ORDER BY accepted_ms, seq LIMIT ?',
    );
    for (let after = { ms: fromMs, seq: -1 }; ; ) {
      const rows = page.all(after.ms, after.seq, toMs, AUDIT_EVENT, PAGE) as unknown as readonly Row[];
      for (const { detail } of rows) yield detail;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = { ms: last.accepted_ms, seq: last.seq };
    }
  } catch (cause) {
    throw cannotOpen(path, cause);
  } finally {
    sql?.close();
  }
}

const PAGE = 500;
