/** A change of one group's state, as the commit loop carries it out. */
import type { Alert } from '../domain/alert/alert.ts';
import type { AlertRecord } from '../domain/alert/alert-record.ts';
import type { Change, Task } from './commit.ts';
import { dueOf, keepMs } from './due.ts';
import { decodeGroup, encodeGroup, type GroupState, newGroup } from './group-state.ts';
import { GroupWork } from './group-work.ts';
import type { StateKey } from './ports.ts';
import type { AlertSource, GroupContext } from './step-context.ts';

export interface GroupTaskOptions {
  readonly key: StateKey;
  readonly source: AlertSource;
  readonly context: GroupContext;
  /** Of a group that is not known yet; undefined leaves an unknown one alone. */
  readonly group?: Readonly<Record<string, string>> | undefined;
  work(group: GroupWork): void;
}

/** What came of it last: what is written once the task is done. */
export class GroupTask implements Task {
  readonly key: StateKey;
  readonly source: AlertSource;
  readonly context: GroupContext;
  readonly #options: GroupTaskOptions;
  #work: GroupWork | undefined;
  #isNew = false;

  constructor(options: GroupTaskOptions) {
    this.#options = options;
    this.key = options.key;
    this.source = options.source;
    this.context = options.context;
  }

  /** The group was not known. */
  get isNew(): boolean {
    return this.#isNew;
  }

  get work(): GroupWork | undefined {
    return this.#work;
  }

  get outbox(): readonly Alert[] {
    return this.#work?.state.outbox ?? [];
  }

  get records(): readonly AlertRecord[] {
    return this.#work?.records ?? [];
  }

  run(text: string | undefined, mayFire = true): Change | undefined {
    const { source, context, group } = this.#options;
    const begun =
      text === undefined ? group && newGroup(source.fingerprint, group) : refitted(decodeGroup(text), source);
    this.#isNew = text === undefined;
    this.#work = undefined;
    if (begun === undefined) return undefined;
    const step = new GroupWork(begun, { ...context, source, mayFire });
    this.#options.work(step);
    this.#work = step;
    const { nowMs } = context;
    const dueMs = dueOf(step.state, source, nowMs);
    // What was read and stays as it is, is not written.
    if (step.state === begun && dueMs === begun.dueMs) return undefined;
    const { dueMs: _, ...rest } = step.state;
    return {
      text: encodeGroup({ ...rest, ...(dueMs !== undefined && { dueMs }) }),
      dueMs,
      expiresAtMs: nowMs + keepMs(step.state, source),
      ...(step.records.length > 0 && { records: step.records }),
    };
  }
}

/** A changed rule counts afresh; an alert that is open stays, and ends as the new rule says. */
function refitted(state: GroupState, { fingerprint }: AlertSource): GroupState {
  if (state.fingerprint === fingerprint) return state;
  if (state.open) return { ...state, fingerprint, open: { ...state.open, isFixed: true } };
  return { ...state, fingerprint, recent: [] };
}
