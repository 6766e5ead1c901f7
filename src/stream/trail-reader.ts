/** Reads the trail for many viewers at the price of one: closed slices never change, so each is read once and kept. */
import { type Position, positionAt, positionTimeMs } from '../domain/position.ts';
import { utf8Bytes } from '../domain/protocol/encode.ts';
import type { Trail, TrailEntry } from './ports.ts';

/** A trail entry with its event's JSON, written once however many pages carry it. */
export interface ReadEntry extends TrailEntry {
  readonly json: string;
  readonly jsonBytes: number;
}

export interface TrailReader {
  /** Where the trail is final now: everything up to here can be read, nothing will slip in before it. */
  closedUpTo(nowMs: number): Position;
  /** The entries in (after, upTo], in order; stop taking when enough. `upTo` comes from `closedUpTo`. */
  read(tenantId: string, after: Position, upTo: Position): AsyncIterable<ReadEntry>;
}

export interface TrailReaderOptions {
  readonly trail: Pick<Trail, 'slice' | 'sliceMs' | 'marginMs'>;
  /** Memory for slices kept, all tenants together. */
  readonly cacheBytes: number;
  /** Longest span that one call of the port is asked for: an idle night is read in ranges, not slice by slice. */
  readonly rangeMs?: number;
}

export function makeTrailReader(options: TrailReaderOptions): TrailReader {
  const { trail, cacheBytes, rangeMs = 3_600_000 } = options;
  const { sliceMs, marginMs } = trail;
  const cache = makeSliceCache(cacheBytes);
  const loads = new Map<string, Load[]>();

  const startOf = (timeMs: number) => Math.floor(timeMs / sliceMs) * sliceMs;

  /** The slices from `startMs` on that one load brought, `startMs`'s own among them. */
  const slicesFrom = async (tenantId: string, startMs: number, endMs: number): Promise<Slices> => {
    const kept = cache.get(tenantId, startMs);
    if (kept) return new Map([[startMs, kept]]);
    const running = loads.get(tenantId) ?? [];
    const shared = running.find((load) => load.startMs <= startMs && startMs < load.endMs);
    if (shared) {
      const brought = await shared.slices;
      return brought.has(startMs) ? brought : slicesFrom(tenantId, startMs, endMs);
    }
    const untilMs = missingUntil(tenantId, startMs, Math.min(endMs, startMs + rangeMs), running);
    const load: Load = { startMs, endMs: untilMs, slices: loadSlices(tenantId, startMs, untilMs) };
    loads.set(tenantId, [...running, load]);
    try {
      return await load.slices;
    } finally {
      const left = (loads.get(tenantId) ?? []).filter((other) => other !== load);
      if (left.length > 0) loads.set(tenantId, left);
      else loads.delete(tenantId);
    }
  };

  /** The end of the run of slices that are neither kept nor on their way. */
  const missingUntil = (tenantId: string, startMs: number, endMs: number, running: readonly Load[]) => {
    let untilMs = startMs + sliceMs;
    while (
      untilMs < endMs &&
      !cache.get(tenantId, untilMs) &&
      !running.some((load) => load.startMs <= untilMs && untilMs < load.endMs)
    )
      untilMs += sliceMs;
    return untilMs;
  };

  /** Pages of the port until the first slice is whole; what came whole besides is kept too. */
  const loadSlices = async (tenantId: string, startMs: number, endMs: number): Promise<Slices> => {
    const entries: ReadEntry[] = [];
    let next: string | undefined;
    let wholeUntilMs = startMs;
    do {
      const page = await trail.slice(tenantId, startMs, endMs, next);
      for (const entry of page.entries) entries.push(withJson(entry));
      next = page.next;
      const last = entries.at(-1);
      wholeUntilMs =
        next === undefined ? endMs : last === undefined ? startMs : startOf(positionTimeMs(last.position));
    } while (wholeUntilMs <= startMs);
    const slices = new Map<number, readonly ReadEntry[]>();
    for (let atMs = startMs; atMs < wholeUntilMs; atMs += sliceMs) slices.set(atMs, NONE);
    for (const [atMs, held] of Map.groupBy(entries, (entry) => startOf(positionTimeMs(entry.position))))
      if (slices.has(atMs)) slices.set(atMs, held);
    for (const [atMs, held] of slices) cache.put(tenantId, atMs, held);
    return slices;
  };

  return {
    closedUpTo(nowMs) {
      const endMs = startOf(nowMs - marginMs);
      return endMs > 0 ? lastBefore(endMs) : positionAt(0);
    },
    async *read(tenantId, after, upTo) {
      const endMs = positionTimeMs(upTo) + 1;
      for (let atMs = startOf(firstTimeMsAfter(after)); atMs < endMs; ) {
        const slices = await slicesFrom(tenantId, atMs, endMs);
        for (let held = slices.get(atMs); held && atMs < endMs; held = slices.get(atMs)) {
          for (const entry of held) if (entry.position > after && entry.position <= upTo) yield entry;
          atMs += sliceMs;
        }
      }
    },
  };
}

/** The last position before `timeMs`: a page that ends here says nothing of the entries from `timeMs` on. */
export function lastBefore(timeMs: number): Position {
  return positionAt(timeMs - 1, LAST_ORDER);
}

/** A page that ended with a slice goes on in the next one, not in its own. */
function firstTimeMsAfter(position: Position): number {
  const timeMs = positionTimeMs(position);
  return position === positionAt(timeMs, LAST_ORDER) ? timeMs + 1 : timeMs;
}

type Slices = ReadonlyMap<number, readonly ReadEntry[]>;
interface Load {
  readonly startMs: number;
  readonly endMs: number;
  readonly slices: Promise<Slices>;
}

const NONE: readonly ReadEntry[] = Object.freeze([]);
const LAST_ORDER = 32 ** 6 - 1;
/** Parsed values take some three times their text; a map's entry about this much. */
const PARSED_FACTOR = 4;
const SLICE_BYTES = 128;

function withJson(entry: TrailEntry): ReadEntry {
  const json = JSON.stringify(entry.event);
  return { ...entry, json, jsonBytes: utf8Bytes(json) };
}

/** Least recently used slices go first when the bytes are over. */
function makeSliceCache(maxBytes: number) {
  const slices = new Map<string, { readonly entries: readonly ReadEntry[]; readonly bytes: number }>();
  let bytes = 0;
  return {
    get(tenantId: string, startMs: number): readonly ReadEntry[] | undefined {
      const key = `${startMs} ${tenantId}`;
      const held = slices.get(key);
      if (!held) return undefined;
      slices.delete(key);
      slices.set(key, held);
      return held.entries;
    },
    put(tenantId: string, startMs: number, entries: readonly ReadEntry[]) {
      const key = `${startMs} ${tenantId}`;
      const size = entries.reduce((sum, entry) => sum + entry.jsonBytes * PARSED_FACTOR, SLICE_BYTES);
      bytes += size - (slices.get(key)?.bytes ?? 0);
      slices.delete(key);
      slices.set(key, { entries, bytes: size });
      for (const [oldest, held] of slices) {
        if (bytes <= maxBytes) break;
        slices.delete(oldest);
        bytes -= held.bytes;
      }
    },
  };
}
