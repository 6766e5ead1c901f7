/** One group under one rule, step by step: what events, the clock and people make of it. Nothing in here waits or asks
 * anybody; what it says goes to the outbox, and is published when the state is safe. */
import type { Alert, AlertChange } from '../domain/alert/alert.ts';
import type { AlertRecord } from '../domain/alert/alert-record.ts';
import { type Added, addEvent } from './counting.ts';
import type { GroupState, OpenAlert } from './group-state.ts';
import { addressed, draftOf, stepOf, withSample, withStep } from './notice.ts';
import type { Addressed, Occurrence, StepContext } from './step-context.ts';
import { textsOf } from './texts.ts';

type Person = { readonly id: string; readonly name?: string };

export class GroupWork {
  #state: GroupState;
  readonly #context: StepContext;
  readonly #records = new Map<string, AlertRecord>();
  /** Events that were too late to count. */
  late = 0;
  /** Those by which it would have fired, and may not. */
  readonly held: Occurrence[] = [];

  constructor(state: GroupState, context: StepContext) {
    this.#state = state;
    this.#context = context;
  }

  get state(): GroupState {
    return this.#state;
  }

  /** The alerts that changed, as people see them. */
  get records(): readonly AlertRecord[] {
    return [...this.#records.values()];
  }

  /** The absence of events is the alert. */
  get #isOfSilence(): boolean {
    return this.#context.source.rule?.condition.kind === 'silence';
  }

  /** In the order of their own time. */
  events(occurrences: readonly Occurrence[]): void {
    const { source, nowMs } = this.#context;
    let news: Occurrence | undefined;
    // The clock may not have come to it yet: what comes after the quiet is another alert.
    this.#endIfQuiet();
    for (const occurrence of occurrences.toSorted((a, b) => a.ms - b.ms)) {
      const { open } = this.#state;
      if (occurrence.role === 'ends') {
        if (!open || occurrence.ms <= open.lastMs) continue;
        this.#end({ kind: 'event', eventId: occurrence.event.id }, occurrence.ms);
        news = undefined;
      } else if (this.#isOfSilence) this.#heard(occurrence);
      else if (this.#count(addEvent(this.#state, occurrence, source, nowMs), occurrence)) news = occurrence;
    }
    const { open } = this.#state;
    if (open && news) {
      this.#state = {
        ...this.#state,
        open: { ...open, ...textsOf(this.#context, this.#state.group, news, open) },
      };
      this.#tellMore();
    }
  }

  /** What is due by now. */
  clock(): void {
    const { source, nowMs } = this.#context;
    const { open, cameMs = nowMs } = this.#state;
    const condition = source.rule?.condition;
    if (!open) {
      if (condition?.kind === 'silence' && nowMs >= cameMs + condition.afterMs) this.#open(undefined);
      return;
    }
    if (this.#endIfQuiet()) return;
    if (open.suppressedBy && nowMs >= (open.lookMs ?? nowMs)) this.#lookAgain(open);
    this.#repeat();
    this.#tellMore();
  }

  /** False where it is so already. */
  person(kind: 'acknowledge' | 'resolve', by: Person): boolean {
    const { open } = this.#state;
    if (!open || (kind === 'acknowledge' && open.acknowledgedBy)) return false;
    if (kind === 'resolve') {
      this.#end({ kind: 'person', ...by }, open.lastMs);
      // What lasts would fire again at once.
      const { nowMs, source } = this.#context;
      if (this.#isOfSilence) this.#state = { ...this.#state, cameMs: nowMs };
      if (open.pipeline) this.#state = { ...this.#state, restUntilMs: nowMs + source.repeatMs };
    } else {
      this.#state = { ...this.#state, open: { ...open, acknowledgedBy: by } };
      this.#say('acknowledged');
    }
    return true;
  }

  /** The rule is gone: nothing would end its alert. */
  ruleIsGone(): void {
    const { open } = this.#state;
    if (open) this.#end({ kind: 'rule' }, open.lastMs);
  }

  /** A condition of the system itself is not well, or is again. */
  condition(isBroken: boolean, facts: Pick<OpenAlert, 'title' | 'message' | 'pipeline'>): void {
    const { nowMs } = this.#context;
    const { open, restUntilMs = nowMs } = this.#state;
    if (isBroken) {
      if (!open && nowMs >= restUntilMs) this.#open(undefined, facts);
      return;
    }
    if (open) this.#end({ kind: 'quiet' }, open.lastMs);
    if (this.#state.restUntilMs === undefined) return;
    const { restUntilMs: _, ...rest } = this.#state;
    this.#state = rest;
  }

  /** What of the outbox is on the bus now. */
  published(ids: ReadonlySet<string>): void {
    const outbox = this.#state.outbox.filter(({ id }) => !ids.has(id));
    if (outbox.length < this.#state.outbox.length) this.#state = { ...this.#state, outbox };
  }

  /** Whether it is an event that people should see. */
  #count({ state, isNew, isLate, fires }: Added, occurrence: Occurrence): boolean {
    if (isLate) this.late++;
    if (!isNew) return false;
    const { open } = state;
    if (open) {
      this.#state = { ...state, open: { ...open, samples: withSample(open.samples, occurrence.event) } };
      return true;
    }
    if (fires && !this.#context.mayFire) {
      this.held.push(occurrence);
      return false;
    }
    this.#state = state;
    if (fires) this.#open(occurrence, {}, fires);
    return false;
  }

  #endIfQuiet(): boolean {
    const { source, nowMs } = this.#context;
    const { open } = this.#state;
    if (!open || open.pipeline || this.#isOfSilence) return false;
    if (nowMs < open.lastCameMs + source.quietMs) return false;
    this.#end({ kind: 'quiet' }, open.lastMs);
    return true;
  }

  #heard({ event, ms }: Occurrence): void {
    const { newestMs, open } = this.#state;
    if (ms <= newestMs) return;
    if (open) this.#end({ kind: 'event', eventId: event.id }, ms);
    this.#state = { ...this.#state, newestMs: ms, cameMs: this.#context.nowMs };
  }

  #open(
    occurrence: Occurrence | undefined,
    facts: Partial<Pick<OpenAlert, 'title' | 'message' | 'pipeline'>> = {},
    counted?: Pick<OpenAlert, 'firstMs' | 'lastMs' | 'count'>,
  ): void {
    const { nowMs, newId } = this.#context;
    const atMs = this.#state.newestMs < 0 ? nowMs : this.#state.newestMs;
    const begun = counted ?? { firstMs: atMs, lastMs: atMs, count: 0 };
    const open: OpenAlert = {
      ...begun,
      alertId: newId(nowMs),
      sequence: 0,
      settled: 0,
      isFixed: false,
      lastCameMs: nowMs,
      samples: occurrence ? withSample([], occurrence.event) : [],
      toldCount: 0,
      toldMs: nowMs,
      wokenMs: nowMs,
      told: [],
      steps: [],
      title: '',
    };
    this.#state = {
      ...this.#state,
      open: { ...open, ...textsOf(this.#context, this.#state.group, occurrence, open), ...facts },
    };
    this.#say('fired');
  }

  #end(by: NonNullable<Alert['resolvedBy']>, closedMs: number): void {
    this.#say('resolved', by);
    const { open: _, ...rest } = this.#state;
    this.#state = { ...rest, recent: [], closedMs: Math.max(rest.closedMs, closedMs) };
  }

  /** The silence is over, the planned work done, the graver alert resolved: now people hear. */
  #lookAgain(open: OpenAlert): void {
    const draft = draftOf(this.#state, open, 'fired', this.#context);
    const { suppressedBy, lookMs, channels } = this.#address(draft, open);
    if (suppressedBy) {
      this.#state = {
        ...this.#state,
        open: { ...open, suppressedBy, ...(lookMs !== undefined && { lookMs }) },
      };
      return;
    }
    const { suppressedBy: _, lookMs: __, ...awake } = open;
    this.#state = { ...this.#state, open: awake };
    if (channels.some((name) => !open.told.includes(name)) && !open.acknowledgedBy)
      this.#say(open.told.length > 0 ? 'repeated' : 'fired');
  }

  #repeat(): void {
    const { source, nowMs } = this.#context;
    const { open } = this.#state;
    if (!open || open.acknowledgedBy || nowMs < open.wokenMs + source.repeatMs) return;
    if (open.suppressedBy) this.#state = { ...this.#state, open: { ...open, wokenMs: nowMs } };
    else this.#say('repeated');
  }

  #tellMore(): void {
    const { source, nowMs } = this.#context;
    const { open } = this.#state;
    if (open && open.count !== open.toldCount && nowMs >= open.toldMs + source.mergeMs) this.#say('merged');
  }

  #say(change: AlertChange, resolvedBy?: Alert['resolvedBy']): void {
    const { nowMs } = this.#context;
    const open = this.#state.open as OpenAlert;
    const draft = draftOf(this.#state, open, change, this.#context, resolvedBy);
    // Whoever was told of it is told of its end, and of who has it in hand, whatever is silenced by now.
    const isForTold = change === 'resolved' || change === 'acknowledged';
    const to = isForTold ? { channels: open.told } : this.#address(draft, open);
    const alert = addressed(draft, to.channels, to.suppressedBy);
    const wakes = change === 'fired' || change === 'repeated';
    const { suppressedBy: _, lookMs: __, ...rest } = open;
    const told: OpenAlert = {
      ...(isForTold ? open : rest),
      ...(to.suppressedBy && { suppressedBy: to.suppressedBy }),
      ...(to.lookMs !== undefined && { lookMs: to.lookMs }),
      sequence: alert.sequence,
      toldCount: open.count,
      toldMs: nowMs,
      ...(wakes && { wokenMs: nowMs }),
      told: [...new Set([...open.told, ...to.channels])],
      steps: withStep(open.steps, stepOf(alert)),
    };
    this.#records.set(alert.alertId, { alert, steps: told.steps });
    this.#state = { ...this.#state, open: told, outbox: [...this.#state.outbox, alert] };
  }

  #address(draft: Alert, { pipeline, told }: OpenAlert): Addressed {
    const { address, source } = this.#context;
    const { channels, ...rest } = address(draft, source.rule?.channels);
    // More of the same is for those who know of it.
    const wanted = draft.change === 'merged' ? channels.filter((name) => told.includes(name)) : channels;
    return { ...rest, channels: wanted.filter((name) => name !== pipeline?.notThrough) };
  }
}
