/** What the detector needs from its home: a store of versioned texts, with an adapter in each home (SQLite, DynamoDB). */
import type { AlertRecord } from '../domain/alert/alert-record.ts';
import type { Silence } from '../domain/alert/silence.ts';

/** What is known of one thing that a rule counts: a group, the values of a group, how many alerts there were. */
export interface StateKey {
  readonly tenantId: string;
  readonly ruleId: string;
  /** Of letters, digits, `-`, `_` and `#`, at most 100 characters: `group#<hash>`. */
  readonly name: string;
}

export interface StoredState {
  /** Counts up from 1 with every write. */
  readonly version: number;
  /** JSON, at most 300 KB. */
  readonly text: string;
}

/** One alert may end and the next begin in one change; a transaction of DynamoDB has 100 actions, two for each.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MAX_RECORDS = 49;

export interface StateChange {
  readonly key: StateKey;
  /** The version that was read; undefined if there was none. */
  readonly version: number | undefined;
  readonly text: string;
  /** When the clock has something to do here; undefined if never. */
  readonly dueMs: number | undefined;
  /** Kept at least so long. */
  readonly expiresAtMs: number;
  /** Written together with it, or not at all: the alerts of it as people see them now, each once; at most
   * {@link MAX_RECORDS}. */
  readonly records?: readonly AlertRecord[];
}

export interface AlertStates {
  /** In the order of the keys, each as it is now; what has expired may be missing. */
  read(keys: readonly StateKey[]): Promise<readonly (StoredState | undefined)[]>;
  /** Each by itself: written if nobody has written it since it was read (`version`), else `conflict`. Safe on disk. */
  write(changes: readonly StateChange[]): Promise<readonly ('written' | 'conflict')[]>;
  /** Keys whose `dueMs` is at or before `nowMs`, the earliest first. May lag some seconds behind the writes. */
  due(nowMs: number, limit: number): Promise<readonly StateKey[]>;
}

export interface AlertRecords {
  /** Alerts of the tenant that are not resolved, newest first by `alertId`, at most `limit`, and fewer only if there are no
   * more; `before` is the id of the last that is known. */
  open(tenantId: string, limit: number, before?: string): Promise<readonly AlertRecord[]>;
  /** All of the tenant, newest first by `alertId`, in pages; `before` is an earlier answer's `next`. */
  page(
    tenantId: string,
    options: { readonly before?: string; readonly limit: number },
  ): Promise<{ readonly records: readonly AlertRecord[]; readonly next?: string }>;
  /** With the state that it is of. */
  byId(
    tenantId: string,
    alertId: string,
  ): Promise<{ readonly record: AlertRecord; readonly key: StateKey } | undefined>;
}

export interface Silences {
  /** The same id again replaces it. Kept until 30 days after its end. */
  put(silence: Silence): Promise<void>;
  /** All that are kept, newest first; `endsAfterMs` leaves out those that ended before. */
  list(tenantId: string, endsAfterMs: number): Promise<readonly Silence[]>;
}

/** All that a home keeps of alerts. */
export interface AlertStore {
  readonly states: AlertStates;
  readonly records: AlertRecords;
  readonly silences: Silences;
}
