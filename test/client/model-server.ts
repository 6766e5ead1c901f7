/** A server that follows the protocol to the letter, with a trail, and whose network does what networks do. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Position, positionAt } from '../../src/domain/position.ts';
import { encode } from '../../src/domain/protocol/encode.ts';
import {
  type ClientMessage,
  ERRORS,
  type ErrorName,
  type PageEntry,
  type ServerMessage,
} from '../../src/domain/protocol/messages.ts';
import { parseClientMessage } from '../../src/domain/protocol/parse-client-message.ts';
import { randomFrom, VirtualTime } from './virtual-time.ts';

/** The model's filters: `{}` or `{ action: [...] }`. */
export interface ModelFilter {
  readonly action?: readonly string[];
}
export function modelMatches(filter: ModelFilter, event: AuditEvent): boolean {
  return filter.action?.includes(event.action) ?? true;
}

export interface ModelEntry {
  readonly position: Position;
  readonly acceptedAtMs: number;
  readonly event: AuditEvent;
}

export interface Faults {
  dropPush: number;
  duplicatePush: number;
  /** Longest delay of a message on its way, ms: every message has its own, so they overtake each other. */
  latencyMs: number;
  pushLatencyMs: number;
  /** New connections are refused. */
  refuse: boolean;
  /** New connections are accepted, and nothing is ever said. */
  mute: boolean;
  /** Answers to subscribe that say "not now". */
  subscribeFails: number;
  /** Answers to pull that say "too often". */
  pullFails: number;
}

/** So short that every event comes in several parts. */
const PART_CHARS = 40;
const LAST_ORDER = 32 ** 6 - 1;

export class ModelServer {
  readonly time = new VirtualTime();
  readonly random: () => number;
  readonly trail: ModelEntry[] = [];
  readonly connections = new Set<ModelConnection>();
  /** What the client did that the protocol does not allow. */
  readonly violations: string[] = [];
  readonly received: ClientMessage[] = [];
  readonly faults: Faults = {
    dropPush: 0,
    duplicatePush: 0,
    latencyMs: 5,
    pushLatencyMs: 20,
    refuse: false,
    mute: false,
    subscribeFails: 0,
    pullFails: 0,
  };
  heartbeatMs = 5_000;
  sliceMs = 5_000;
  marginMs = 3_000;
  pageSize = 20;
  maxConnectionMs = 2 * 60 * 60_000;
  tokenLifeMs = 60 * 60_000;
  /** Difference of this server's clock to the client's. */
  aheadMs = 0;
  retainedFrom = positionAt(0);
  attempts = 0;
  #order = 0;
  #connection = 0;
  #tokens = new Map<string, number>();

  constructor(seed = 1) {
    this.random = randomFrom(seed);
  }

  now(): number {
    return this.time.nowMs + this.aheadMs;
  }

  /** A token that this server will take until its time is over. */
  readonly getToken = (): string => {
    const token = `token.${this.#tokens.size}.x`;
    this.#tokens.set(token, this.now() + this.tokenLifeMs);
    return token;
  };
  tokenExpiresAtMs(token: string): number {
    return this.#tokens.get(token) ?? 0;
  }

  /** What the client gets as its WebSocket. */
  get WebSocket(): new (
    url: string,
    protocols?: string[],
  ) => ModelSocket {
    const server = this;
    return class extends ModelSocket {
      constructor(_url: string, protocols: string[] = []) {
        super();
        server.#accept(this, protocols);
      }
    };
  }

  #accept(socket: ModelSocket, protocols: readonly string[]): void {
    this.attempts++;
    const token = protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
    if (protocols[0] !== 'audit-stream.v1' || !token) this.violations.push('connected without subprotocols');
    const ok = !this.faults.refuse && this.tokenExpiresAtMs(token ?? '') > this.now();
    this.later(this.faults.latencyMs, () => {
      if (!ok) socket.closedByServer(1006, '');
      else this.connections.add(new ModelConnection(this, socket, `c${++this.#connection}`, token ?? ''));
    });
  }

  /** Accepts an event: pushes it now, writes it to the trail after `recordAfterMs`. */
  publish(event: AuditEvent, recordAfterMs = 50): void {
    const acceptedAtMs = this.now();
    for (const connection of this.connections) connection.push(event, acceptedAtMs);
    this.time.setTimeout(() => this.record(event, acceptedAtMs), recordAfterMs);
  }

  record(event: AuditEvent, acceptedAtMs: number): void {
    if (this.trail.some((entry) => entry.event.id === event.id)) return;
    this.trail.push({ position: positionAt(this.now(), this.#order++), acceptedAtMs, event });
  }

  /** The last position that no writer can come before any more. */
  finalPosition(): Position {
    const endMs = Math.floor((this.now() - this.marginMs) / this.sliceMs) * this.sliceMs;
    return positionAt(endMs - 1, LAST_ORDER);
  }

  later(maxMs: number, run: () => void): void {
    this.time.setTimeout(run, this.random() * maxMs);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }
}

/** The client's half of a connection. */
export class ModelSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  /** The server's half, while there is one. */
  server: ModelConnection | undefined;
  isClosed = false;

  send(text: string): void {
    if (!this.isClosed) this.server?.arrives(text);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.server?.disconnected();
  }

  closedByServer(code: number, reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onclose?.({ code, reason } as never);
  }

  receive(text: string): void {
    if (!this.isClosed) this.onmessage?.({ data: text } as never);
  }
}

interface ModelSubscription {
  readonly filter: ModelFilter;
  readonly from: Position;
}

export class ModelConnection {
  readonly subs = new Map<string, ModelSubscription>();
  /** How many pulls were answered with a page. */
  pages = 0;
  readonly #pulling = new Set<string>();
  readonly #server: ModelServer;
  readonly #socket: ModelSocket;
  readonly connectionId: string;
  #token: string;
  #isGone = false;

  constructor(server: ModelServer, socket: ModelSocket, connectionId: string, token: string) {
    this.#server = server;
    this.#socket = socket;
    this.connectionId = connectionId;
    this.#token = token;
    socket.server = this;
    socket.onopen?.({} as never);
    server.time.setTimeout(() => this.close(1001, 'longest time'), server.maxConnectionMs);
    this.#watchToken();
  }

  #hello(id: string): void {
    const server = this.#server;
    if (server.faults.mute) return;
    const tokenExpiresAtMs = server.tokenExpiresAtMs(this.#token);
    const { heartbeatMs, maxConnectionMs } = server;
    const who = { connectionId: this.connectionId, tenantId: 'acme', subject: 'ada', roles: ['viewer'] };
    const serverTimeMs = server.now();
    this.send({
      v: 1,
      type: 'welcome',
      id,
      ...who,
      heartbeatMs,
      tokenExpiresAtMs,
      maxConnectionMs,
      serverTimeMs,
    });
  }

  /** The line is dead and nobody is told. */
  halfOpen(): void {
    this.#isGone = true;
    this.#server.connections.delete(this);
  }

  close(code: number, reason: string): void {
    if (this.#isGone) return;
    this.halfOpen();
    this.#socket.closedByServer(code, reason);
  }

  goaway(deadlineMs: number): void {
    this.send({ v: 1, type: 'goaway', reason: 'restart', deadlineMs });
    this.#server.time.setTimeout(() => this.close(1001, 'restart'), deadlineMs);
  }

  error(name: ErrorName, id?: string, path?: string): void {
    const code = ERRORS[name];
    const at = { ...(id !== undefined && { id }), ...(path !== undefined && { path }) };
    this.send({ v: 1, type: 'error', ...at, code, name, message: `${name}.`, temporary: code < 3500 });
  }

  disconnected(): void {
    this.halfOpen();
  }

  push(event: AuditEvent, acceptedAtMs: number): void {
    const { faults } = this.#server;
    const subs = [...this.subs].filter(([, { filter }]) => modelMatches(filter, event)).map(([sub]) => sub);
    if (subs.length === 0 || this.#server.chance(faults.dropPush)) return;
    const copies = this.#server.chance(faults.duplicatePush) ? 2 : 1;
    for (let n = 0; n < copies; n++)
      this.send({ v: 1, type: 'event', subs, acceptedAtMs, event }, faults.pushLatencyMs);
  }

  send(message: ServerMessage, latencyMs = this.#server.faults.latencyMs): void {
    const text = encode(message);
    this.#server.later(latencyMs, () => {
      if (!this.#isGone) this.#socket.receive(text);
    });
  }

  arrives(text: string): void {
    this.#server.later(this.#server.faults.latencyMs, () => {
      if (this.#isGone) return;
      const parsed = parseClientMessage(text);
      if (parsed.ok) this.#answer(parsed.message);
      else this.#server.violations.push(`${parsed.error.name} ${parsed.error.path}: ${text}`);
    });
  }

  #answer(message: ClientMessage): void {
    this.#server.received.push(message);
    const { id } = message;
    if (message.type === 'hello') this.#hello(id);
    else if (message.type === 'ping') this.send({ v: 1, type: 'pong', id });
    else if (message.type === 'subscribe') this.#subscribe(message);
    else if (message.type === 'unsubscribe') this.#unsubscribe(id, message.sub);
    else if (message.type === 'pull') this.#pull(message);
    else if (message.type === 'refresh') this.#refresh(id, message.token);
    else if (message.type === 'fetch') this.#fetch(id, message.eventId);
    else this.send({ v: 1, type: 'done', id, result: { did: message.what } });
  }

  #unsubscribe(id: string, sub: string): void {
    if (this.subs.delete(sub)) this.send({ v: 1, type: 'unsubscribed', id, sub });
    else this.error('unknown_subscription', id);
  }

  #refresh(id: string, token: string): void {
    const expiresAtMs = this.#server.tokenExpiresAtMs(token);
    if (expiresAtMs > this.#server.now()) {
      this.#token = token;
      this.send({ v: 1, type: 'refreshed', id, expiresAtMs });
    } else this.error('unauthorized', id);
  }

  #fetch(id: string, eventId: string): void {
    const found = this.#server.trail.find(({ event }) => event.id === eventId);
    if (!found) this.error('not_found', id);
    const text = found ? JSON.stringify(found.event) : '';
    const of = Math.ceil(text.length / PART_CHARS);
    for (let n = 0; n < of; n++) {
      const data = text.slice(n * PART_CHARS, (n + 1) * PART_CHARS);
      this.send({ v: 1, type: 'part', id, n, of, data });
    }
  }

  #subscribe({ id, sub, filter, after = 'now' }: Extract<ClientMessage, { type: 'subscribe' }>): void {
    const server = this.#server;
    const refusal = this.#refusal(filter as { action?: unknown });
    if (refusal) {
      this.error(refusal, id, refusal === 'invalid_filter' ? 'filter.action' : undefined);
      return;
    }
    const from =
      after === 'now'
        ? positionAt(server.now())
        : typeof after === 'string'
          ? after
          : positionAt(server.now() - Math.round(after.seconds * 1000));
    this.subs.set(sub, { filter: filter as ModelFilter, from });
    this.send({ v: 1, type: 'subscribed', id, sub, position: from });
  }

  #refusal({ action }: { action?: unknown }): ErrorName | undefined {
    if (this.#server.chance(this.#server.faults.subscribeFails)) return 'internal';
    if (action !== undefined && !Array.isArray(action)) return 'invalid_filter';
    return this.subs.size >= 4 ? 'too_many_subscriptions' : undefined;
  }

  #pull({ id, sub, after, as }: Extract<ClientMessage, { type: 'pull' }>): void {
    const server = this.#server;
    const subscription = this.subs.get(sub);
    if (!subscription) {
      this.error('unknown_subscription', id);
      return;
    }
    if (server.chance(server.faults.pullFails)) {
      this.error('too_frequent', id);
      return;
    }
    if (this.#pulling.has(sub)) server.violations.push(`two pulls of ${sub} at once`);
    this.#pulling.add(sub);
    server.later(server.faults.latencyMs, () => {
      this.#pulling.delete(sub);
      this.#page(id, sub, subscription, after, as);
    });
  }

  #page(id: string, sub: string, { filter }: ModelSubscription, after: Position, as: 'ids' | 'events'): void {
    const server = this.#server;
    const final = server.finalPosition();
    const gap =
      after < server.retainedFrom ? { gap: { from: after, availableFrom: server.retainedFrom } } : {};
    const matching = server.trail.filter(
      ({ position, event }) =>
        position > after &&
        position >= server.retainedFrom &&
        position <= final &&
        modelMatches(filter, event),
    );
    const listed = matching.slice(0, server.pageSize);
    const more = matching.length > listed.length;
    const end = more ? (listed.at(-1) as ModelEntry).position : final > after ? final : after;
    this.pages++;
    const page = { v: 1, type: 'page', id, sub, position: end, more, ...gap } as const;
    if (as === 'ids') this.send({ ...page, ids: listed.map(({ event }) => event.id) });
    else this.send({ ...page, events: listed.map((entry) => this.#entry(entry)) });
  }

  #entry({ position, acceptedAtMs, event }: ModelEntry): PageEntry {
    const subs = [...this.subs].filter(([, s]) => s.from < position && modelMatches(s.filter, event));
    return { position, acceptedAtMs, event, subs: subs.map(([sub]) => sub) };
  }

  #watchToken(): void {
    const inMs = this.#server.tokenExpiresAtMs(this.#token) - this.#server.now();
    this.#server.time.setTimeout(() => {
      if (this.#isGone) return;
      if (this.#server.tokenExpiresAtMs(this.#token) > this.#server.now()) {
        this.#watchToken();
        return;
      }
      this.error('token_expired');
      this.#server.time.setTimeout(() => this.close(ERRORS.token_expired, 'token expired'), 100);
    }, inMs);
  }
}
