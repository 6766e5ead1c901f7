/** The bus's front: takes events in groups, each group one transaction, and answers when it is on disk. */
import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../../domain/bus-event.ts';
import { type Database, storeTrouble } from './database.ts';
import type { Enqueue } from './enqueue.ts';
import { type Enveloped, envelope } from './envelope.ts';
import type { Routes } from './routes.ts';

export interface Acceptable {
  readonly source: string;
  readonly detailType: string;
  /** Parsed and cleaned: kept as `JSON.stringify` writes it. */
  readonly detail: unknown;
  readonly time?: string;
  readonly resources?: readonly string[];
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

export interface Acceptance {
  accept(entries: readonly Acceptable[]): Promise<readonly Accepted[]>;
  /** Commits what waits; later calls are answered `unavailable`. */
  close(): void;
}

interface Draft extends Enveloped {
  readonly claim: Acceptable['claim'];
  readonly direct: readonly string[];
  readonly queues: readonly string[];
}

interface Waiting {
  readonly drafts: readonly Draft[];
  readonly resolve: (accepted: readonly Accepted[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A transaction takes calls until it has this many events, so that a burst does not hold up everything else. */
const GROUP_EVENTS = 500;

/** Group commit: all calls of one turn of the event loop share a transaction, so a slow disk is waited for once. */
export function makeAccept(
  db: Database,
  routes: Routes,
  deps: {
    now: () => number;
    enqueue: Enqueue;
    direct: (route: string) => Iterable<DeliverDirect>;
    wake: (queue: string) => void;
    report: (trouble: string) => void;
  },
): Acceptance {
  const archive = db.sql.prepare(
    'INSERT INTO archive (bus_id, accepted_ms, source, detail_type, time, resources, tenant, event_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const claims = db.sql.prepare(
    'INSERT INTO claims (tenant, event_id, hash, bus_id, accepted_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const claimed = db.sql.prepare(
    'SELECT hash, bus_id AS busId FROM claims WHERE tenant = ? AND event_id = ?',
  );
  let waiting: Waiting[] = [];
  let closed = false;

  return {
    accept(entries) {
      if (closed) {
        return Promise.resolve(
          entries.map(() => ({
            kind: 'unavailable',
            message: 'the store is closed: the process is stopping',
          })),
        );
      }
      return new Promise((resolve, reject) => {
        const nowMs = deps.now();
        waiting.push({ drafts: entries.map((entry) => draft(entry, nowMs)), resolve, reject });
        if (waiting.length === 1) setImmediate(commitGroup);
      });
    },
    close() {
      closed = true;
      while (waiting.length > 0) commitGroup();
    },
  };

  /** Everything that can fail for one event alone is done before the transaction that it shares with others. */
  function draft(entry: Acceptable, nowMs: number): Draft {
    const { source, detailType, resources = [], claim } = entry;
    const time = entry.time ?? new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
    const enveloped = envelope({ id: randomUUID(), source, detailType, time, resources }, entry.detail);
    return { ...enveloped, ...routes.of(enveloped.event), claim };
  }

  function commitGroup(): void {
    const group = nextGroup();
    const nowMs = deps.now();
    const taken: Draft[] = [];
    let answers: Accepted[][];
    try {
      answers = db.transaction(() => group.map(({ drafts }) => drafts.map((one) => take(one, nowMs, taken))));
    } catch (error) {
      refuse(group, error);
      return;
    }
    group.forEach(({ resolve }, i) => {
      resolve(answers[i] as Accepted[]);
    });
    for (const { event, direct } of taken) for (const route of direct) deliver(route, event, nowMs);
    for (const name of new Set(taken.flatMap(({ queues }) => queues))) deps.wake(name);
  }

  function nextGroup(): readonly Waiting[] {
    let calls = 0;
    for (let events = 0; calls < waiting.length && events < GROUP_EVENTS; calls++)
      events += (waiting[calls] as Waiting).drafts.length;
    const group = waiting.slice(0, calls);
    waiting = waiting.slice(calls);
    if (waiting.length > 0) setImmediate(commitGroup);
    return group;
  }

  function take(draft: Draft, nowMs: number, taken: Draft[]): Accepted {
    const { event, detail, text, claim, queues } = draft;
    const busId = event.id;
    const tenantId = claim?.tenantId ?? null;
    const eventId = claim?.id ?? null;
    if (claim && claims.run(tenantId, eventId, claim.contentHash, busId, nowMs).changes === 0) {
      const first = claimed.get(tenantId, eventId) as { hash: string; busId: string };
      return first.hash === claim.contentHash
        ? { kind: 'duplicate', busId: first.busId }
        : { kind: 'id_conflict' };
    }
    archive.run(
      busId,
      nowMs,
      event.source,
      event['detail-type'],
      event.time,
      event.resources.length > 0 ? JSON.stringify(event.resources) : null,
      tenantId,
      eventId,
      detail,
    );
    for (const name of queues)
      deps.enqueue(name, { nowMs, acceptedAtMs: nowMs, tenantId, eventId, envelope: text });
    taken.push(draft);
    return { kind: 'accepted', busId };
  }

  function deliver(route: string, event: BusEvent, nowMs: number): void {
    for (const deliverTo of deps.direct(route)) {
      try {
        deliverTo(event, nowMs);
      } catch (error) {
        deps.report(`${route}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

function refuse(group: readonly Waiting[], error: unknown): void {
  const message = storeTrouble(error);
  for (const { drafts, resolve, reject } of group) {
    if (message === undefined) reject(error);
    else resolve(drafts.map(() => ({ kind: 'unavailable', message })));
  }
}
