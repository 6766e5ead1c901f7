/** Joins the client to the page: one connection, a subscription a tab, rows shown in batches of an animation frame. */
import { effect, type Signal, signal } from '@preact/signals';
import { AuditStreamClient } from '../../../src/client/audit-stream-client.ts';
import type { Delivery, Status } from '../../../src/client/client.ts';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { FilterError, parseFilter } from '../../../src/domain/filter/index.ts';
import { positionTimeMs } from '../../../src/domain/position.ts';
import { AlertWatch } from '../alerts/alert-watch.ts';
import { type FilterState, toPattern } from '../filter/filter-state.ts';
import { Suggestions } from '../filter/suggestions.ts';
import { Measure } from '../plots/measure.ts';
import type { Row } from '../rows/row.ts';
import type { PageConfig, Session } from './session.ts';
import type { FilterProblem, Tab } from './tab.ts';

/** A new subscription begins with what was recorded in the last minutes. */
const REWIND_SECONDS = 15 * 60;
/** A hidden page gets no animation frames. */
const HIDDEN_MS = 500;

export class Live {
  readonly client: AuditStreamClient;
  readonly status: Signal<Status>;
  readonly active: Signal<Tab>;
  readonly measure = new Measure();
  readonly suggestions = new Suggestions();
  readonly alerts: AlertWatch;
  readonly #tabs = new Map<string, Tab>();
  readonly #arrived = new Map<Tab, Row[]>();
  readonly #stops: (() => void)[] = [];
  readonly #sent = new Map<string, string>();
  #scheduled = false;

  constructor(config: PageConfig, session: Session, tabs: readonly Tab[], active: Signal<Tab>) {
    this.active = active;
    this.client = new AuditStreamClient({
      url: config.streamUrl,
      getToken: session.getToken,
      ...(session.tenant !== undefined && { tenant: session.tenant }),
    });
    this.status = signal(this.client.status);
    this.alerts = new AlertWatch({ client: this.client });
    this.#listen();
    this.client.connect();
    this.alerts.start();
    for (const tab of tabs) this.open(tab);
  }

  /** Subscribes the tab now, and again whenever its filter changes. */
  open(tab: Tab): void {
    this.#tabs.set(tab.id, tab);
    this.#stops.push(effect(() => this.#subscribe(tab, tab.filter.value)));
  }

  async close(tab: Tab): Promise<void> {
    this.#tabs.delete(tab.id);
    this.#sent.delete(tab.id);
    await this.client.unsubscribe(tab.id).catch(() => {});
  }

  end(): void {
    for (const stop of this.#stops) stop();
    this.client.close();
  }

  resume(tab: Tab): void {
    tab.paused.value = false;
    tab.rows.resume();
    tab.version.value++;
  }

  /** The whole of an event that came trimmed. */
  whole(id: string): Promise<AuditEvent> {
    return this.client.fetch(id);
  }

  #subscribe(tab: Tab, filter: FilterState): void {
    const composed = toPattern(filter);
    const problem = composed.ok ? fault(composed.pattern) : composed;
    tab.problem.value = problem;
    if (problem || !composed.ok) return;
    const pattern = JSON.stringify(composed.pattern);
    if (this.#sent.get(tab.id) === pattern) return;
    this.#sent.set(tab.id, pattern);
    this.#arrived.delete(tab);
    tab.rows.clear();
    tab.unseen.value = 0;
    tab.completeMs.value = undefined;
    tab.version.value++;
    this.client
      .subscribe(tab.id, composed.pattern, { after: { seconds: REWIND_SECONDS } })
      .catch((error: { name: string; path?: string; message: string }) => {
        if (error.name === 'replaced' || error.name === 'closed' || error.name === 'unsubscribed') return;
        this.#sent.delete(tab.id);
        tab.problem.value = { path: error.path ?? '', message: error.message };
      });
  }

  #listen(): void {
    const { client } = this;
    client.on('status', (status) => {
      this.status.value = status;
    });
    client.on('event', (delivery) => {
      this.suggestions.see(delivery.event);
      this.measure.take(delivery.acceptedAtMs, delivery.via === 'push' ? latencyOf(delivery) : undefined);
      this.#take(delivery.subs, rowOf(delivery));
    });
    client.on('also', (also) => {
      if (also.kind !== 'alert') this.#take(also.subs, rowOf({ ...also, via: 'pull' }));
    });
    client.on('gap', ({ sub, from, availableFrom, reason }) => {
      const atMs = positionTimeMs(availableFrom);
      this.#take([sub], {
        kind: 'gap',
        id: `gap ${from} ${availableFrom}`,
        atMs,
        fromMs: positionTimeMs(from),
        reason,
      });
    });
    client.on('complete', ({ sub, timeMs }) => {
      const tab = this.#tabs.get(sub);
      if (tab) tab.completeMs.value = timeMs;
    });
  }

  #take(subs: readonly string[], row: Row): void {
    for (const sub of subs) {
      const tab = this.#tabs.get(sub);
      if (tab === undefined) continue;
      const rows = this.#arrived.get(tab);
      if (rows) rows.push(row);
      else this.#arrived.set(tab, [row]);
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#show(), HIDDEN_MS);
    else requestAnimationFrame(() => this.#show());
  }

  #show(): void {
    this.#scheduled = false;
    for (const [tab, rows] of this.#arrived) {
      const fresh = tab.rows.add(rows, tab.paused.value);
      if (tab !== this.active.value || document.hidden) tab.unseen.value += fresh;
      tab.version.value++;
    }
    this.#arrived.clear();
  }
}

/** What the server would refuse, found before it is asked. */
function fault(pattern: unknown): FilterProblem | undefined {
  try {
    parseFilter(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return { path: '', message: error.message };
    throw error;
  }
}

function rowOf({
  event,
  acceptedAtMs,
  via,
  trimmed,
}: Pick<Delivery, 'event' | 'acceptedAtMs' | 'via' | 'trimmed'>): Row {
  return {
    kind: 'event',
    id: event.id,
    event,
    atMs: acceptedAtMs,
    via,
    arrivedAtMs: Date.now(),
    trimmed: trimmed !== undefined,
  };
}

const latencyOf = ({ acceptedAtMs, handedOverAtMs }: Delivery) => Math.max(0, handedOverAtMs - acceptedAtMs);
