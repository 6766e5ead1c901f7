/** Pushes an event to the viewers whose filters match, the moment the bus has it. Best effort: the pull makes it whole. */
import type { BusEvent } from '../domain/bus-event.ts';
import { utf8Bytes } from '../domain/protocol/encode.ts';
import { type Producers, readBusDetail } from './bus-detail.ts';
import type { FanOut, Message, Sent } from './fan-out.ts';
import { type FanOutChunk, inChunks, messagesIn } from './fan-out-chunk.ts';
import type { Limits } from './limits.ts';
import { causeOf, type Log } from './log.ts';
import type { Subscription } from './ports.ts';
import type { SubscriptionIndex } from './subscription-index.ts';
import { wireOf } from './trim.ts';

/** What became of one event: counts of connections. */
export interface BroadcastReport extends Sent {
  /** Set when nothing was tried: the event is not one, its producer may not write there, or the index was not to be had. */
  readonly refused?: 'invalid_event' | 'tenant_not_allowed' | 'unavailable';
  readonly matched: number;
  /** Theirs is pushed elsewhere, and counted there. */
  readonly handedOff: number;
}

/** Takes a part of a large fan-out elsewhere; false: it could not, so it is pushed here. */
export type HandOff = (chunk: FanOutChunk) => Promise<boolean>;

/** Never throws. `acceptedAtMs`: when the bus took the event. */
export type Broadcast = (event: BusEvent, acceptedAtMs: number) => Promise<BroadcastReport>;

export interface BroadcastOptions {
  readonly index: SubscriptionIndex;
  readonly fanOut: FanOut;
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: Log;
  readonly producers?: Producers;
  /** Without it every push is made here. */
  readonly handOff?: HandOff;
}

export function makeBroadcast(options: BroadcastOptions): Broadcast {
  const { index, fanOut, limits, now, log, producers, handOff } = options;

  return async (bus, acceptedAtMs) => {
    try {
      const read = readBusDetail(bus, producers);
      if (read.kind === 'refused') return { ...NOTHING, refused: read.reason };
      const matching = await index.match(read.tenantId, read.event, now());
      const mine = matching.filter((subscription) => subscription.tenantId === read.tenantId);
      const messages = messagesOf(subsOf(mine), read, acceptedAtMs, limits.frameBytes);
      const isLarge = handOff !== undefined && messages.length > limits.fanOutChunk;
      const pushed = isLarge ? await inParts(messages, handOff) : await fanOut(messages);
      return { handedOff: 0, ...pushed, matched: messages.length };
    } catch (error) {
      log('error', 'broadcast failed', { cause: causeOf(error) });
      return { ...NOTHING, refused: 'unavailable' };
    }
  };

  /** The first part is pushed here while the others are on their way; what nobody takes is pushed here after all. */
  async function inParts(messages: readonly Message[], hand: HandOff): Promise<Sent & { handedOff: number }> {
    const [own, ...others] = inChunks(messages, limits.fanOutChunk);
    const parts = await Promise.all([
      ...(own ? [pushHere(own)] : []),
      ...others.map(async (chunk) =>
        (await handed(chunk, hand)) ? { ...NOTHING, handedOff: chunk.sends.length } : pushHere(chunk),
      ),
    ]);
    return parts.reduce(sum, NOTHING);
  }

  async function handed(chunk: FanOutChunk, hand: HandOff): Promise<boolean> {
    try {
      return await hand(chunk);
    } catch (error) {
      log('warn', 'a part of a fan-out was not handed off', { cause: causeOf(error) });
      return false;
    }
  }

  async function pushHere(chunk: FanOutChunk) {
    return { ...(await fanOut(messagesIn(chunk))), handedOff: 0 };
  }
}

const NOTHING = { matched: 0, sent: 0, gone: 0, throttled: 0, failed: 0, late: 0, handedOff: 0 };

function sum(a: Sent & { handedOff: number }, b: Sent & { handedOff: number }) {
  return {
    sent: a.sent + b.sent,
    gone: a.gone + b.gone,
    throttled: a.throttled + b.throttled,
    failed: a.failed + b.failed,
    late: a.late + b.late,
    handedOff: a.handedOff + b.handedOff,
  };
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
