/** The rows of what is known of alerts: a state by its own key, the records of a tenant and which of them are open, its
 * silences. Other rows of the table are `deliveries#…` (`alert-memory.ts`). */
import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { recordKeptUntilMs, silenceKeptUntilMs, stateKeptUntilMs } from '../../detect/kept-until.ts';
import type { StateChange, StateKey } from '../../detect/ports.ts';
import type { AlertRecord } from '../../domain/alert/alert-record.ts';
import type { Silence } from '../../domain/alert/silence.ts';
import type { Item } from './call.ts';
import { number, text } from './connection-rows.ts';

/** What partition keys begin with: a tenant or the parts of a state follow. */
export const STATES = 'state#';
export const RECORDS = 'alerts#';
export const OPEN = 'open#';
export const SILENCES = 'silences#';

/** The index over states that have something due. Only they have its keys; it holds keys alone. */
export const DUE_INDEX = { name: 'due', partitionKey: 'duePk', sortKey: 'dueMs' } as const;
/** One partition takes 1,000 writes a second, and a state that moves in the index is two. */
export const DUE_SHARDS = 8;
/** What the index's partition keys begin with. */
export const DUE_PARTITIONS = 'due#';

/** Each state has a partition key of its own, so that a storm over many groups of a rule is spread over the table; each
 * would soon reach the 1,000 write units of a partition if they shared one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-uniform-load.html */
export function stateKey({ tenantId, ruleId, name }: StateKey): Item {
  return { pk: { S: `${STATES}${tenantId}#${ruleId}#${name}` }, sk: { S: 'state' } };
}

/** Neither a tenant nor a rule has a `#` in its name. */
export function readStateKey(item: Item): StateKey {
  const [tenantId = '', ruleId = '', ...name] = text(item, 'pk').slice(STATES.length).split('#');
  return { tenantId, ruleId, name: name.join('#') };
}

export function duePartition(shard: number): string {
  return `${DUE_PARTITIONS}${shard}`;
}

/** `writeId` tells one write from every other. */
export function stateItem(change: StateChange, writeId: string): Item {
  const { key, version = 0, dueMs } = change;
  const keptUntilMs = stateKeptUntilMs(change);
  return {
    ...stateKey(key),
    version: { N: String(version + 1) },
    writeId: { S: writeId },
    ...packed(change.text),
    ...(keptUntilMs !== undefined && kept(keptUntilMs)),
    ...(dueMs !== undefined && {
      [DUE_INDEX.partitionKey]: { S: duePartition(shardOf(key)) },
      [DUE_INDEX.sortKey]: { N: String(dueMs) },
    }),
  };
}

export function recordKey(tenantId: string, alertId: string): Item {
  return { pk: { S: RECORDS + tenantId }, sk: { S: alertId } };
}

export function openKey(tenantId: string, alertId: string): Item {
  return { pk: { S: OPEN + tenantId }, sk: { S: alertId } };
}

export function recordItem(change: StateChange, record: AlertRecord): Item {
  const { tenantId, ruleId, name } = change.key;
  return {
    ...recordKey(tenantId, record.alert.alertId),
    ruleId: { S: ruleId },
    name: { S: name },
    ...packed(JSON.stringify(record)),
    ...kept(recordKeptUntilMs(change, record)),
  };
}

/** Says only that the record is open. */
export function openItem(change: StateChange, record: AlertRecord): Item {
  return {
    ...openKey(change.key.tenantId, record.alert.alertId),
    ...kept(recordKeptUntilMs(change, record)),
  };
}

export function readRecord(item: Item): AlertRecord {
  return JSON.parse(unpacked(item)) as AlertRecord;
}

export function silenceItem(silence: Silence): Item {
  return {
    pk: { S: SILENCES + silence.tenantId },
    sk: { S: silence.id },
    ...packed(JSON.stringify(silence)),
    ...kept(silenceKeptUntilMs(silence)),
  };
}

export function readSilence(item: Item): Silence {
  return JSON.parse(unpacked(item)) as Silence;
}

/** What the table deletes by `ttl`, days late perhaps, is not shown from that time on. */
export function isKept(item: Item, nowMs: number): boolean {
  return item.keptUntilMs === undefined || number(item, 'keptUntilMs') > nowMs;
}

function kept(untilMs: number): Item {
  return { keptUntilMs: { N: String(untilMs) }, ttl: { N: String(Math.ceil(untilMs / 1_000)) } };
}

/** A write costs by the kilobyte, and JSON packs to a third or less of it; letters that do not repeat to three quarters. */
const PACKED_FROM_BYTES = 1_000;
/** The best effort would win a hundredth. */
const FAST = { level: 1 };

function packed(content: string): Item {
  if (Buffer.byteLength(content) < PACKED_FROM_BYTES) return { text: { S: content } };
  return { packed: { B: deflateRawSync(content, FAST) } };
}

export function unpacked(item: Item): string {
  const bytes = item.packed;
  return bytes && 'B' in bytes ? inflateRawSync(bytes.B).toString() : text(item, 'text');
}

function shardOf(key: StateKey): number {
  const { S } = stateKey(key).pk as { readonly S: string };
  return Number.parseInt(hash('sha256', S).slice(0, 8), 16) % DUE_SHARDS;
}
