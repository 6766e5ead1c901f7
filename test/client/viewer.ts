/** An application on the client, with a ledger of what it was given: tests ask the ledger, not the client's inside. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type {
  AuditStreamClientEvents,
  AuditStreamClientOptions,
  Delivery,
  Status,
} from '../../src/client/client.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Position } from '../../src/domain/position.ts';
import type { After } from '../../src/domain/protocol/messages.ts';
import { type ModelFilter, type ModelServer, modelMatches } from './model-server.ts';

/** One `subscribe` of the application, and what came for it. */
export interface Watch {
  readonly name: string;
  readonly filter: ModelFilter;
  readonly given: string[];
  start?: Position;
  refused?: Error;
  ended: boolean;
}

export class Viewer {
  readonly client: AuditStreamClient;
  readonly watches: Watch[] = [];
  readonly deliveries: Delivery[] = [];
  readonly also: AuditStreamClientEvents['also'][] = [];
  readonly gaps: (AuditStreamClientEvents['gap'] & { readonly watch: Watch | undefined })[] = [];
  readonly problems: AuditStreamClientEvents['problem'][] = [];
  readonly statuses: Status[] = [];
  /** Promises that were broken, in words. */
  readonly broken: string[] = [];
  readonly #server: ModelServer;
  readonly #ids = new Set<string>();
  /** What the browser would say: the network is back, the page is seen again. */
  wake: (online: boolean) => void = () => {};

  constructor(server: ModelServer, options: Partial<AuditStreamClientOptions> = {}) {
    this.#server = server;
    this.client = new AuditStreamClient({
      url: 'wss://stream.example',
      getToken: server.getToken,
      WebSocket: server.WebSocket,
      now: server.time.now,
      random: server.random,
      setTimeout: server.time.setTimeout,
      clearTimeout: server.time.clearTimeout,
      watchPlatform: (wake) => {
        this.wake = wake;
        return () => {};
      },
      ...options,
    });
    this.client.on('event', (delivery) => this.#delivered(delivery));
    this.client.on('also', (also) => {
      this.also.push(also);
      this.#attribute(also.event, also.subs);
    });
    this.client.on('gap', (gap) => this.gaps.push({ ...gap, watch: this.watch(gap.sub) }));
    this.client.on('problem', (problem) => this.problems.push(problem));
    this.client.on('status', (status) => this.statuses.push(status));
    this.client.on('complete', ({ sub, position }) => {
      const watch = this.watch(sub);
      if (watch) this.#checkComplete(watch, position);
    });
  }

  watch(name: string): Watch | undefined {
    return this.watches.findLast((watch) => watch.name === name && !watch.ended);
  }

  subscribe(name: string, filter: ModelFilter = {}, after?: After): Watch {
    const old = this.watch(name);
    if (old) old.ended = true;
    const watch: Watch = { name, filter, given: [], ended: false };
    this.watches.push(watch);
    this.client.subscribe(name, filter, after === undefined ? {} : { after }).then(
      (position) => {
        watch.start = position;
      },
      (error: Error) => {
        watch.refused = error;
        watch.ended = true;
      },
    );
    return watch;
  }

  unsubscribe(name: string): void {
    const watch = this.watch(name);
    if (watch) watch.ended = true;
    void this.client.unsubscribe(name);
  }

  get ids(): string[] {
    return this.deliveries.map(({ event }) => event.id);
  }

  /** Ids of the trail that the watch should have been given by now. */
  expected(watch: Watch, upTo: Position = this.#server.finalPosition()): string[] {
    const { start } = watch;
    if (start === undefined) return [];
    return this.#server.trail
      .filter(
        ({ position, event }) => position > start && position <= upTo && modelMatches(watch.filter, event),
      )
      .filter(({ position }) => !this.#inGap(watch, position))
      .map(({ event }) => event.id);
  }

  /** Everything that is missing or wrong, in words; empty when all is well. */
  verdict(): string[] {
    const broken = [...this.broken, ...this.#server.violations];
    for (const watch of this.watches) {
      if (watch.ended) continue;
      if (watch.start === undefined) broken.push(`${watch.name} was never acknowledged`);
      const given = new Set(watch.given);
      const missing = this.expected(watch).filter((id) => !given.has(id));
      if (missing.length > 0) broken.push(`${watch.name} misses ${missing.join(' ')}`);
    }
    return broken;
  }

  /** Where a watch was given its events in another order than the trail's, in words. */
  disorder(): string[] {
    const places = new Map(this.#server.trail.map(({ event, position }) => [event.id, position]));
    return this.watches.flatMap(({ name, given }) =>
      given
        .filter((id, i) => i > 0 && (places.get(id) ?? '') < (places.get(given[i - 1] as string) ?? ''))
        .map((id) => `${id} came too late for ${name}`),
    );
  }

  #delivered(delivery: Delivery): void {
    const { event, subs } = delivery;
    this.deliveries.push(delivery);
    if (this.#ids.has(event.id)) this.broken.push(`${event.id} was handed over twice`);
    this.#ids.add(event.id);
    if (subs.length === 0) this.broken.push(`${event.id} was handed over for nobody`);
    this.#attribute(event, subs);
  }

  #attribute(event: AuditEvent, subs: readonly string[]): void {
    for (const name of subs) {
      const watch = this.watch(name);
      if (!watch) this.broken.push(`${event.id} came for ${name}, which is not subscribed`);
      else if (!modelMatches(watch.filter, event))
        this.broken.push(`${event.id} came for ${name}, which does not match it`);
      else if (watch.given.includes(event.id)) this.broken.push(`${event.id} came twice for ${name}`);
      else watch.given.push(event.id);
    }
  }

  #checkComplete(watch: Watch, position: Position): void {
    const missing = this.expected(watch, position).filter((id) => !watch.given.includes(id));
    if (missing.length > 0)
      this.broken.push(`${watch.name} claims to be complete up to ${position} without ${missing.join(' ')}`);
  }

  #inGap(watch: Watch, position: Position): boolean {
    return this.gaps.some(
      (gap) => gap.watch === watch && position > gap.from && position < gap.availableFrom,
    );
  }
}

/** An audit event that shows only what the model's filters look at. */
export function anEvent(id: string, action = 'invoice.read'): AuditEvent {
  return { id, action, recordedAt: '2026-11-23T00:00:00.000Z' } as AuditEvent;
}
