/** Shares items out among requests that the vendor takes. */
import type { SinkLimits } from './sink.ts';

export interface Sized {
  readonly bytes: number;
  readonly key?: string | undefined;
}

/** In order within a key; no request has more items or bytes than it may, and none mixes keys. An item that is too
 * large for any request is the caller's business. */
export function chunksOf<T extends Sized>(
  items: readonly T[],
  { items: most, bytes, around = 0, between = 0 }: SinkLimits,
): (readonly T[])[] {
  const chunks: T[][] = [];
  const open = new Map<string | undefined, { readonly chunk: T[]; room: number }>();
  for (const item of items) {
    const last = open.get(item.key);
    if (last && last.chunk.length < most && item.bytes + between <= last.room) {
      last.chunk.push(item);
      last.room -= item.bytes + between;
    } else {
      const chunk = [item];
      chunks.push(chunk);
      open.set(item.key, { chunk, room: bytes - around - item.bytes });
    }
  }
  return chunks;
}
