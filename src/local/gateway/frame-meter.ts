/** Watches a client's bytes for a frame that API Gateway would not take; `ws` shows whole messages only.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */

/** Returns what reads the next bytes of a connection and says whether a frame among them is longer than `maxBytes`. */
export function makeFrameMeter(maxBytes: number): (chunk: Uint8Array) => boolean {
  /** Bytes of the current frame that are still to pass by. */
  let skip = 0;
  /** The frame's header, as far as it has come. */
  let header: number[] = [];

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (skip > 0) {
        const passed = Math.min(skip, chunk.length - at);
        skip -= passed;
        at += passed;
        continue;
      }
      header.push(chunk[at++] as number);
      const length = payloadLength(header);
      if (length === undefined) continue;
      if (length > maxBytes) return true;
      skip = length + MASK_BYTES;
      header = [];
    }
    return false;
  };
}

/** Every frame of a client is masked. */
const MASK_BYTES = 4;

function payloadLength(header: readonly number[]): number | undefined {
  const [, second] = header;
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const more = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (header.length < 2 + more) return undefined;
  return more === 0 ? short : header.slice(2).reduce((length, byte) => length * 256 + byte, 0);
}
