/** As much as an answer of one frame takes. */
import { utf8Bytes } from '../../domain/protocol/encode.ts';

/** Within a frame of 32 KB. */
export const MAX_BYTES = 26_000;

export function bytesOf(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

/** The first ones; the first in any case, so that who asks page by page gets on. */
export function fitting<T>(items: readonly T[]): readonly T[] {
  let bytes = 0;
  const end = items.findIndex((item, i) => {
    bytes += bytesOf(item) + 1;
    return bytes > MAX_BYTES && i > 0;
  });
  return end < 0 ? items : items.slice(0, end);
}
