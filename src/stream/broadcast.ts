/** Pushes an event to the viewers whose filters match, the moment the bus has it. Best effort: the pull makes it whole. */
import type { BusEvent } from '../domain/bus-event.ts';
import { utf8Bytes } from '../domain/protocol/encode.ts';
import { type Producers, readBusDetail } from './bus-detail.ts';
import type { Limits } from './limits.ts';
import { causeOf, type Log } from './log.ts';
import type { Gateway, Subscription, Subscriptions } from './ports.ts';
import type { SubscriptionIndex } from './subscription-index.ts';
import { wireOf } from './trim.ts';

/** What became of one event: counts of connections. */
export interface BroadcastReport {
  /** Set when nothing was tried: the event is not one, its producer may not write there, or the index was not to be had. */
  readonly refused?: 'invalid_event' | 'tenant_not_allowed' | 'unavailable';
  readonly matched: number;
  readonly sent: number;
  /** Their rows are deleted: exactly those connections'. */
  readonly gone: number;
  readonly throttled: number;
  readonly failed: number;
  /** Still under way at the deadline. */
  readonly late: number;
}

/** Never throws. `acceptedAtMs`: when the bus took the event. */
export type Broadcast = (event: BusEvent, acceptedAtMs: number) => Promise<BroadcastReport>;

export interface BroadcastOptions {
  readonly index: SubscriptionIndex;
  readonly subscriptions: Pick<Subscriptions, 'close'>;
  readonly gateway: Pick<Gateway, 'send'>;
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: Log;
  readonly producers?: Producers;
  readonly setTimeout?: (run: () => void, ms: number) => unknown;
  readonly clearTimeout?: (timer: never) => void;
}

export function makeBroadcast(options: BroadcastOptions): Broadcast {
  const { index, subscriptions, gateway, limits, now, log, producers } = options;
  const startTimer = options.setTimeout ?? setTimeout;
  const stopTimer = options.clearTimeout ?? clearTimeout;

  return async (bus, acceptedAtMs) => {
    const report = { matched: 0, sent: 0, gone: 0, throttled: 0, failed: 0, late: 0 };
    try {
      const read = readBusDetail(bus, producers);
      if (read.kind === 'refused') return { ...report, refused: read.reason };
      const matching = await index.match(read.tenantId, read.event, now());
      const mine = matching.filter((subscription) => subscription.tenantId === read.tenantId);
      const messages = messagesOf(subsOf(mine), read, acceptedAtMs, limits.frameBytes);
      report.matched = report.late = messages.length;
      if (messages.length > 0) await beforeDeadline(messages.map((message) => push(message, report)));
      return { ...report };
    } catch (error) {
      log('error', 'broadcast failed', { cause: causeOf(error) });
      return { ...report, refused: 'unavailable' };
    }
  };

  async function push({ connectionId, text }: Message, report: Counts) {
    const outcome = await gateway.send(connectionId, text).catch((error) => {
      log('warn', 'push failed', { connectionId, cause: causeOf(error) });
      return 'failed' as const;
    });
    report.late--;
    report[outcome === 'too_large' ? 'failed' : outcome]++;
    if (outcome !== 'gone') return;
    await subscriptions.close(connectionId).catch((error) => {
      log('warn', 'gone connection not deleted', { connectionId, cause: causeOf(error) });
    });
  }

  /** One timer for all sends: the slow ones are left behind, and hold up nobody. */
  async function beforeDeadline(pushes: readonly Promise<void>[]) {
    let timer: unknown;
    const deadline = new Promise<void>((resolve) => {
      timer = startTimer(resolve, limits.sendDeadlineMs);
    });
    await Promise.race([Promise.all(pushes), deadline]);
    stopTimer(timer as never);
  }
}

type Counts = { sent: number; gone: number; throttled: number; failed: number; late: number };

interface Message {
  readonly connectionId: string;
  readonly text: string;
}

/** One message a connection: the names of its subscriptions that match, in order. */
function subsOf(subscriptions: readonly Subscription[]): ReadonlyMap<string, string[]> {
  const subs = new Map<string, string[]>();
  for (const { connectionId, sub } of subscriptions) {
    const names = subs.get(connectionId);
    if (names) names.push(sub);
    else subs.set(connectionId, [sub]);
  }
  return subs;
}

/** The event's JSON is written once, and the whole text once for each list of subscriptions. */
function messagesOf(
  subs: ReadonlyMap<string, string[]>,
  read: { readonly kind: 'event' | 'alert'; readonly event: object },
  acceptedAtMs: number,
  frameBytes: number,
): readonly Message[] {
  if (subs.size === 0) return [];
  const json = JSON.stringify(read.event);
  const texts = new Map<string, string>();
  return Array.from(subs, ([connectionId, names]) => {
    const list = JSON.stringify(names.sort());
    let text = texts.get(list);
    if (text === undefined) {
      text = pushText(read, json, list, acceptedAtMs, frameBytes);
      texts.set(list, text);
    }
    return { connectionId, text };
  });
}

function pushText(
  read: { readonly kind: 'event' | 'alert'; readonly event: object },
  json: string,
  list: string,
  acceptedAtMs: number,
  frameBytes: number,
): string {
  const budget = frameBytes - utf8Bytes(list) - ENVELOPE_BYTES;
  const wire = wireOf(read.event, budget, json);
  if (read.kind === 'alert') return `{"v":1,"type":"alert","subs":${list},"alert":${wire.json}}`;
  const trimmed = wire.trimmed ? `,"trimmed":${JSON.stringify(wire.trimmed)}` : '';
  return `{"v":1,"type":"event","subs":${list},"acceptedAtMs":${acceptedAtMs},"event":${wire.json}${trimmed}}`;
}

/** Room for the envelope and for the paths of what was trimmed. */
const ENVELOPE_BYTES = 2_048;
