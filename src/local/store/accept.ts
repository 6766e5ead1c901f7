/** The bus's front: takes events in groups, each group one transaction, and answers when it is on disk. */
import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../../domain/bus-event.ts';
import { type Database, storeTrouble } from './database.ts';
import type { Routes } from './routes.ts';

export interface Acceptable {
  readonly source: string;
  readonly detailType: string;
  /** Parsed and cleaned: kept as `JSON.stringify` writes it. */
  readonly detail: unknown;
  readonly time?: string;
  /** For Audit Events: the identity to claim. */
  readonly claim?: { readonly tenantId: string; readonly id: string; readonly contentHash: string };
}

export type Accepted =
  | { readonly kind: 'accepted'; readonly busId: string }
  /** The same id and content as an earlier one, whose bus id this is. */
  | { readonly kind: 'duplicate'; readonly busId: string }
  /** The id stands for other content already. */
  | { readonly kind: 'id_conflict' }
  | { readonly kind: 'unavailable'; readonly message: string };

export type DeliverDirect = (event: BusEvent, acceptedAtMs: number) => void;

interface Taken {
  readonly event: BusEvent;
  readonly direct: readonly string[];
  readonly queues: readonly string[];
}

interface Waiting {
  readonly entries: readonly Acceptable[];
  readonly resolve: (accepted: readonly Accepted[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit: all calls of one turn of the event loop share a transaction, so a slow disk is waited for once. */
export function makeAccept(
  db: Database,
  routes: Routes,
  deps: {
    now: () => number;
    direct: (route: string) => Iterable<DeliverDirect>;
    wake: (queue: string) => void;
  },
) {
  const archive = db.sql.prepare(
    'INSERT INTO archive (bus_id, accepted_ms, source, detail_type, time, tenant, event_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const enqueue = db.sql.prepare(
    'INSERT INTO queue (queue, visible_ms, enqueued_ms, accepted_ms, tenant, event_id, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const claim = db.sql.prepare(
    'INSERT INTO claims (tenant, event_id, hash, bus_id, accepted_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const claimed = db.sql.prepare(
    'SELECT hash, bus_id AS busId FROM claims WHERE tenant = ? AND event_id = ?',
  );
  let waiting: Waiting[] = [];

  return (entries: readonly Acceptable[]): Promise<readonly Accepted[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ entries, resolve, reject });
      if (waiting.length === 1) setImmediate(commitGroup);
    });

  function commitGroup(): void {
    const group = waiting;
    waiting = [];
    const nowMs = deps.now();
    const taken: Taken[] = [];
    let answers: Accepted[][];
    try {
      answers = db.transaction(() =>
        group.map(({ entries }) => entries.map((entry) => take(entry, nowMs, taken))),
      );
    } catch (error) {
      const message = storeTrouble(error);
      for (const { entries, resolve, reject } of group) {
        if (message === undefined) reject(error);
        else resolve(entries.map(() => ({ kind: 'unavailable', message })));
      }
      return;
    }
    group.forEach(({ resolve }, i) => {
      resolve(answers[i] as Accepted[]);
    });
    for (const { event, direct } of taken) {
      for (const route of direct) for (const deliver of deps.direct(route)) deliver(event, nowMs);
    }
    for (const name of new Set(taken.flatMap(({ queues }) => queues))) deps.wake(name);
  }

  function take(entry: Acceptable, nowMs: number, taken: Taken[]): Accepted {
    const busId = randomUUID();
    const { tenantId = null, id = null, contentHash = '' } = entry.claim ?? {};
    if (entry.claim && claim.run(tenantId, id, contentHash, busId, nowMs).changes === 0) {
      const first = claimed.get(tenantId, id) as { hash: string; busId: string };
      return first.hash === contentHash ? { kind: 'duplicate', busId: first.busId } : { kind: 'id_conflict' };
    }
    const event = envelope(entry, busId, nowMs);
    archive.run(
      busId,
      nowMs,
      event.source,
      event['detail-type'],
      event.time,
      tenantId,
      id,
      JSON.stringify(event.detail),
    );
    const { direct, queues } = routes.of(event);
    const text = queues.length > 0 ? JSON.stringify(event) : '';
    for (const name of queues) enqueue.run(name, nowMs, nowMs, nowMs, tenantId, id, text);
    taken.push({ event, direct, queues });
    return { kind: 'accepted', busId };
  }
}

function envelope(entry: Acceptable, busId: string, nowMs: number): BusEvent {
  return {
    version: '0',
    id: busId,
    'detail-type': entry.detailType,
    source: entry.source,
    account: '000000000000',
    time: entry.time ?? new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'local',
    resources: [],
    detail: entry.detail,
  };
}
