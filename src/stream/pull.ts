/** Answers what a viewer's push missed: every match in (after, position], page by page, or the span that cannot be proven. */
import { type Filter, matches } from '../domain/filter/index.ts';
import { type Position, positionTimeMs } from '../domain/position.ts';
import { utf8Bytes } from '../domain/protocol/encode.ts';
import type { Gap, ServerError } from '../domain/protocol/messages.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import type { Call } from './calls.ts';
import type { CompiledFilter } from './filter-cache.ts';
import type { Limits } from './limits.ts';
import type { Subscription, Subscriptions, Trail } from './ports.ts';
import { errorReply } from './receive.ts';
import { futureFault, unknownSubscription } from './subscribe.ts';
import { lastBefore, type ReadEntry, type TrailReader } from './trail-reader.ts';
import { wireOf } from './trim.ts';

export interface PullOptions {
  readonly subscriptions: Pick<Subscriptions, 'of'>;
  readonly trail: Pick<Trail, 'availableFrom' | 'marginMs' | 'sliceMs'>;
  readonly reader: TrailReader;
  readonly compiled: CompiledFilter;
  readonly limits: Limits;
  readonly now: () => number;
}

/** A page ends at the last closed slice, or earlier with `more`: where it is full, or has looked at enough of the trail.
 * An `after` that is not closed yet comes back as it was: nothing can be said beyond it. */
export function makePull(options: PullOptions): Call<'pull'> {
  const { subscriptions, trail, reader, compiled, limits, now } = options;
  return async ({ connectionId, principal }, message) => {
    const nowMs = now();
    const future = futureFault(message.after, nowMs + limits.futureMs);
    if (future) return errorReply({ ...future, id: message.id });
    const mine = await subscriptions.of(connectionId, nowMs);
    const asked = mine.find(({ sub }) => sub === message.sub);
    if (!asked) return errorReply(unknownSubscription(message.id));
    const filter = compiled(asked.pattern);
    if (!filter) return errorReply(filterLost(message.id));

    // What is deleted while this page is read counts as gone already.
    const soonMs = nowMs + trail.marginMs + trail.sliceMs;
    const gap = gapOf(message.after, await trail.availableFrom(soonMs));
    const start = gap ? lastBefore(positionTimeMs(gap.availableFrom)) : message.after;
    const upTo = reader.closedUpTo(nowMs);
    const page = makePage(message, limits, gap);
    const matching = matcherOf(asked, filter, message.as === 'ids' ? [] : mine, compiled);
    let position = start;
    let scanned = 0;
    if (upTo > start) {
      for await (const entry of reader.read(principal.tenantId, start, upTo)) {
        const subs = matching(entry);
        if (scanned === limits.scanEntries || (subs && !page.add(entry, subs)))
          return page.end(position, true);
        position = entry.position;
        scanned++;
      }
      position = upTo;
    }
    return page.end(position, false);
  };
}

/** An empty page would say that nothing matched. */
function filterLost(id: string): ServerError {
  const message = 'this filter is not understood any more: subscribe again';
  return serverError('invalid_filter', message, { id, path: 'sub' });
}

/** Undefined where nothing can have been lost between the two. */
function gapOf(after: Position, availableFrom: Position): Gap | undefined {
  const kept = lastBefore(Math.max(1, positionTimeMs(availableFrom)));
  return after < kept ? { from: after, availableFrom } : undefined;
}

/** The names of the connection's subscriptions that match an entry, or undefined if the one asked for does not.
 * The others count from where they began; the one asked for counts from where it asks. */
function matcherOf(
  asked: Subscription,
  filter: Filter,
  mine: readonly Subscription[],
  compiled: CompiledFilter,
): (entry: ReadEntry) => readonly string[] | undefined {
  const others = mine.filter((subscription) => subscription !== asked);
  return (entry) => {
    if (!matches(filter, entry.event)) return undefined;
    const also = others.filter(({ from, pattern }) => {
      const other = entry.position > from ? compiled(pattern) : undefined;
      return other !== undefined && matches(other, entry.event);
    });
    return [asked.sub, ...also.map(({ sub }) => sub)].sort();
  };
}

/** Collects a page that stays under one frame, measured in bytes of UTF-8. */
function makePage(
  message: Parameters<Call<'pull'>>[1],
  { frameBytes, pageEntries }: Limits,
  gap: Gap | undefined,
) {
  const head = `{"v":1,"type":"page","id":${JSON.stringify(message.id)},"sub":${JSON.stringify(message.sub)}`;
  const gapText = gap ? `,"gap":${JSON.stringify(gap)}` : '';
  const room = frameBytes - utf8Bytes(head) - gapText.length - TAIL_BYTES;
  const most = Math.min(message.limit ?? pageEntries, pageEntries);
  const items: string[] = [];
  let bytes = 0;
  return {
    /** False when the page has no room for it. */
    add(entry: ReadEntry, subs: readonly string[]): boolean {
      if (items.length >= most) return false;
      const item = message.as === 'ids' ? JSON.stringify(entry.id) : entryText(entry, subs, room);
      const size = utf8Bytes(item) + 1;
      if (bytes + size > room) return false;
      bytes += size;
      items.push(item);
      return true;
    },
    end(position: Position, more: boolean) {
      const list = `"${message.as}":[${items.join(',')}]`;
      return { messages: [`${head},"position":"${position}","more":${more}${gapText},${list}}`] };
    },
  };
}

/** Room for `position`, `more` and the list's name. */
const TAIL_BYTES = 96;

function entryText(entry: ReadEntry, subs: readonly string[], room: number): string {
  const alert = entry.kind === 'alert' ? ',"kind":"alert"' : '';
  const tail = `,"position":"${entry.position}","acceptedAtMs":${entry.acceptedAtMs},"subs":${JSON.stringify(subs)}${alert}}`;
  const wire = wireOf(entry.event, room - utf8Bytes(tail) - TRIMMED_BYTES, entry.json);
  const trimmed = wire.trimmed ? `,"trimmed":${JSON.stringify(wire.trimmed)}` : '';
  return `{"event":${wire.json}${trimmed}${tail}`;
}

/** Room for the paths of what was trimmed. */
const TRIMMED_BYTES = 2_048;
