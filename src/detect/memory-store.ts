/** The store of alerts in memory: for dry runs and tests. Gone with the process. */
import type { AlertRecord } from '../domain/alert/alert-record.ts';
import type { Silence } from '../domain/alert/silence.ts';
import { listedSilences, recordKeptUntilMs, stateKeptUntilMs } from './kept-until.ts';
import type { AlertRecords, AlertStates, AlertStore, Silences, StateChange, StateKey } from './ports.ts';

interface Kept {
  readonly untilMs: number | undefined;
}
type KeptRecord = Kept & { readonly json: string; readonly isOpen: boolean; readonly key: StateKey };
type Tenants = Map<string, Map<string, KeptRecord>>;

/** Writes after which it looks for what has expired. */
const SWEEP_AFTER = 10_000;

/** Texts are kept as texts: nobody can change what is in the store through what it answered. */
export function makeMemoryStore({ now = Date.now }: { readonly now?: () => number } = {}): AlertStore {
  const records: Tenants = new Map();
  return {
    states: makeStates(now, records),
    records: makeRecords(now, records),
    silences: makeSilences(now),
  };
}

function makeStates(now: () => number, records: Tenants): AlertStates {
  const states = new Map<string, StateChange & Kept & { readonly version: number }>();
  /** Nothing is due before it. */
  let quietUntilMs = Number.POSITIVE_INFINITY;
  let writes = 0;

  const held = (key: StateKey) => {
    const state = states.get(nameOf(key));
    return state && isKept(state, now()) ? state : undefined;
  };
  return {
    read: async (keys) =>
      keys.map((key) => {
        const state = held(key);
        return state && { version: state.version, text: state.text };
      }),
    write: async (changes) => changes.map(write),
    async due(nowMs, limit) {
      if (nowMs < quietUntilMs) return [];
      const waiting = [...states.values()].filter(({ dueMs }) => dueMs !== undefined).sort(byDue);
      quietUntilMs = waiting[0]?.dueMs ?? Number.POSITIVE_INFINITY;
      return waiting
        .filter(({ dueMs = 0 }) => dueMs <= nowMs)
        .slice(0, limit)
        .map(({ key }) => key);
    },
  };

  function write(change: StateChange): 'written' | 'conflict' {
    const { key, version, dueMs } = change;
    const before = version === undefined ? held(key) : states.get(nameOf(key));
    if (before?.version !== version) return 'conflict';
    states.set(nameOf(key), {
      ...change,
      version: (version ?? 0) + 1,
      untilMs: stateKeptUntilMs(change),
    });
    if (dueMs !== undefined) quietUntilMs = Math.min(quietUntilMs, dueMs);
    for (const record of change.records ?? []) {
      const isOpen = record.alert.status !== 'resolved';
      of(records, key.tenantId).set(record.alert.alertId, {
        ...{ key, isOpen, json: JSON.stringify(record) },
        untilMs: recordKeptUntilMs(change, record),
      });
    }
    if (++writes % SWEEP_AFTER === 0) for (const each of [states, ...records.values()]) sweep(each, now());
    return 'written';
  }
}

function makeRecords(now: () => number, records: Tenants): AlertRecords {
  const newestFirst = (tenantId: string, isWanted: (record: KeptRecord) => boolean = () => true) =>
    [...of(records, tenantId)]
      .filter(([, record]) => isWanted(record) && isKept(record, now()))
      .sort(([a], [b]) => (a < b ? 1 : -1));
  return {
    open: async (tenantId, limit, before) =>
      newestFirst(tenantId, ({ isOpen }) => isOpen)
        .filter(([id]) => before === undefined || id < before)
        .slice(0, limit)
        .map(([, { json }]) => JSON.parse(json) as AlertRecord),
    async page(tenantId, { before, limit }) {
      const older = newestFirst(tenantId).filter(([id]) => before === undefined || id < before);
      const page = older.slice(0, limit);
      const last = page.at(-1);
      return {
        records: page.map(([, { json }]) => JSON.parse(json) as AlertRecord),
        ...(last && older.length > limit && { next: last[0] }),
      };
    },
    async byId(tenantId, alertId) {
      const found = of(records, tenantId).get(alertId);
      if (!found || !isKept(found, now())) return undefined;
      return { record: JSON.parse(found.json) as AlertRecord, key: found.key };
    },
  };
}

function makeSilences(now: () => number): Silences {
  const silences = new Map<string, Map<string, string>>();
  return {
    async put(silence) {
      const held = silences.get(silence.tenantId) ?? new Map<string, string>();
      silences.set(silence.tenantId, held.set(silence.id, JSON.stringify(silence)));
    },
    async list(tenantId, endsAfterMs) {
      const held = [...(silences.get(tenantId)?.values() ?? [])];
      return listedSilences(
        held.map((json) => JSON.parse(json) as Silence),
        endsAfterMs,
        now(),
      );
    },
  };
}

function nameOf({ tenantId, ruleId, name }: StateKey): string {
  return `${tenantId} ${ruleId} ${name}`;
}

function of(records: Tenants, tenantId: string): Map<string, KeptRecord> {
  const found = records.get(tenantId) ?? new Map<string, KeptRecord>();
  records.set(tenantId, found);
  return found;
}

function isKept({ untilMs }: Kept, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}

function byDue(a: { readonly dueMs: number | undefined }, b: { readonly dueMs: number | undefined }): number {
  return (a.dueMs ?? 0) - (b.dueMs ?? 0);
}

function sweep(rows: Map<string, Kept>, nowMs: number): void {
  for (const [name, row] of rows) if (!isKept(row, nowMs)) rows.delete(name);
}
