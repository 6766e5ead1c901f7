/** Keeps the page's knowledge of its tenant's alerts: a subscription of its own, which no filter of events narrows, and the
 * server's list at the start and after a gap. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AuditStream } from '../../../src/client/client.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import { type AlertBook, isOver, NO_ALERTS, noted, recorded, withoutLost } from './alert-book.ts';
import { type AlertAsks, alertAsks, allOpen, hasNone, PAGE_ALERTS, type SilenceWish } from './asks.ts';
import { isNotice } from './is-notice.ts';
import { quietOf } from './quiet.ts';

export interface Past {
  /** Nothing older is on the server. */
  readonly isWhole: boolean;
  readonly isLoading: boolean;
  readonly trouble?: string;
}

export interface AlertWatchOptions {
  readonly client: Pick<AuditStream, 'on' | 'subscribe' | 'act'>;
  readonly now?: () => number;
}

/** No tab of the page has this name. */
export const ALERTS_SUB = 'alerts';
const ALERTS_ONLY = { alertId: [{ exists: true }] };

export class AlertWatch {
  readonly #book = signal<AlertBook>(NO_ALERTS);
  readonly #silences = signal<readonly Silence[]>([]);
  readonly #isReady = signal(false);
  readonly #trouble = signal<string | undefined>(undefined);
  readonly #hasRules = signal(true);
  readonly #past: Signal<Past> = signal({ isWhole: false, isLoading: false });
  readonly #client: AlertWatchOptions['client'];
  readonly #asks: AlertAsks;
  readonly #now: () => number;
  readonly #heard = new Set<(alert: Alert) => void>();
  #before: string | undefined;

  constructor({ client, now = Date.now }: AlertWatchOptions) {
    this.#client = client;
    this.#asks = alertAsks({ act: (what, args) => client.act(what, args) });
    this.#now = now;
    const mine = ({ subs }: { readonly subs: readonly string[] }) => subs.includes(ALERTS_SUB);
    client.on('alert', (delivery) => mine(delivery) && this.#heardOf(delivery.alert));
    client.on('also', (also) => also.kind === 'alert' && mine(also) && this.#heardOf(also.event));
    client.on('gap', ({ sub }) => sub === ALERTS_SUB && void this.look());
    client.on('status', ({ kind }) => kind === 'live' && this.#lacks() && void this.look());
  }

  get book(): ReadonlySignal<AlertBook> {
    return this.#book;
  }

  /** All that the server keeps, the past ones too. */
  get silences(): ReadonlySignal<readonly Silence[]> {
    return this.#silences;
  }

  /** The server has said what is open. */
  get isReady(): ReadonlySignal<boolean> {
    return this.#isReady;
  }

  /** False where the server has said that no rules are configured. */
  get hasRules(): ReadonlySignal<boolean> {
    return this.#hasRules;
  }

  /** Why the server's list could not be had. */
  get trouble(): ReadonlySignal<string | undefined> {
    return this.#trouble;
  }

  get past(): ReadonlySignal<Past> {
    return this.#past;
  }

  /** Told of each alert that begins while the page looks on, and that somebody is to hear of. */
  onFired(listener: (alert: Alert) => void): () => void {
    this.#heard.add(listener);
    return () => this.#heard.delete(listener);
  }

  /** The list is asked for once the subscription has begun: what happens in between comes by both ways. */
  start(): void {
    this.#client.subscribe(ALERTS_SUB, ALERTS_ONLY, { after: 'now' }).then(
      () => this.look(),
      (error: Error) => {
        this.#trouble.value = error.message;
      },
    );
  }

  /** Asks for what is open now, and for the silences. */
  async look(): Promise<void> {
    const askedAtMs = this.#now();
    try {
      const { records, isWhole } = await allOpen(this.#asks);
      const kept = isWhole ? withoutLost(this.#book.value, records, askedAtMs) : this.#book.value;
      this.#book.value = recorded(kept, records, this.#now());
      this.#silences.value = await this.#asks.silences();
      this.#trouble.value = undefined;
      this.#hasRules.value = true;
      this.#isReady.value = true;
    } catch (error) {
      this.#hasRules.value = !hasNone(error);
      this.#trouble.value = hasNone(error) ? undefined : (error as Error).message;
    }
  }

  async lookAtSilences(): Promise<readonly Silence[]> {
    this.#silences.value = await this.#asks.silences();
    return this.#silences.value;
  }

  /** The newest of all alerts, then older ones with every call. */
  async loadOlder(): Promise<void> {
    if (this.#past.value.isLoading || this.#past.value.isWhole || !this.#hasRules.value) return;
    this.#past.value = { isWhole: false, isLoading: true };
    try {
      const before = this.#before;
      const { alerts, next } = await this.#asks.alerts({
        state: 'all',
        limit: PAGE_ALERTS,
        ...(before !== undefined && { before }),
      });
      this.#book.value = recorded(this.#book.value, alerts, this.#now());
      this.#before = next;
      this.#past.value = { isWhole: next === undefined, isLoading: false };
    } catch (error) {
      this.#hasRules.value = !hasNone(error);
      const trouble = hasNone(error) ? undefined : (error as Error).message;
      this.#past.value = { isWhole: false, isLoading: false, ...(trouble !== undefined && { trouble }) };
    }
  }

  /** One alert with all that is kept of it. */
  async load(alertId: string): Promise<void> {
    this.#keep(await this.#asks.alert(alertId));
  }

  async acknowledge(alertId: string): Promise<void> {
    this.#keep(await this.#asks.acknowledge(alertId));
  }

  async resolve(alertId: string): Promise<void> {
    this.#keep(await this.#asks.resolve(alertId));
  }

  async silence(wish: SilenceWish): Promise<void> {
    this.#keepSilence(await this.#asks.silence(wish));
  }

  async endSilence(id: string): Promise<void> {
    this.#keepSilence(await this.#asks.endSilence(id));
  }

  /** The last look brought nothing. */
  #lacks(): boolean {
    return this.#trouble.value !== undefined || !this.#hasRules.value;
  }

  #heardOf(notice: unknown): void {
    // A large one may have come without what tells it apart: the list has it whole.
    if (!isNotice(notice)) return void this.look();
    const before = this.#book.value;
    // Before the list has come, only its first notice says that it is new.
    const isNews = this.#isReady.value || notice.change === 'fired';
    const isNew = isNews && !before.has(notice.alertId) && !isOver(notice);
    this.#book.value = noted(before, notice, this.#now());
    const { suppressedBy } = notice;
    const isKnown = this.#silences.value.some(({ id }) => id === suppressedBy?.id);
    if (suppressedBy?.kind === 'silence' && !isKnown) void this.lookAtSilences().catch(() => {});
    if (isNew && quietOf(notice, this.#silences.value, this.#now()) === undefined)
      for (const listener of this.#heard) listener(notice);
  }

  #keep(record: AlertRecord): void {
    this.#book.value = recorded(this.#book.value, [record], this.#now());
  }

  #keepSilence(silence: Silence): void {
    this.#silences.value = [silence, ...this.#silences.value.filter(({ id }) => id !== silence.id)];
  }
}
