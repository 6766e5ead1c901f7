/** Brings the whole of an event that a frame could only carry trimmed, in parts of one frame each. */
import { encode } from '../domain/protocol/encode.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import type { Call } from './calls.ts';
import type { Limits } from './limits.ts';
import type { Trail } from './ports.ts';
import { errorReply } from './receive.ts';

export interface FetchEventOptions {
  readonly trail: Pick<Trail, 'byId'>;
  readonly limits: Limits;
}

/** Only the connection's own tenant is looked in: another's event is as unknown as one that never was. */
export function makeFetchEvent({ trail, limits }: FetchEventOptions): Call<'fetch'> {
  return async ({ principal }, { id, eventId }) => {
    const entry = await trail.byId(principal.tenantId, eventId);
    if (!entry) {
      const message = 'the trail has no such event (any more); one that was just pushed is there in a moment';
      return errorReply(serverError('not_found', message, { id, path: 'eventId' }));
    }
    const parts = inParts(JSON.stringify(entry.event), limits.frameBytes - ENVELOPE_BYTES);
    return {
      messages: parts.map((data, n) => encode({ v: 1, type: 'part', id, n, of: parts.length, data })),
    };
  };
}

/** Room for the part's envelope with the longest `id`. */
const ENVELOPE_BYTES = 512;

/** Cuts `text` so that each part, as a JSON string, has at most `maxBytes`; never inside a surrogate pair. */
function inParts(text: string, maxBytes: number): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i) as number;
    const size = jsonBytes(code);
    if (bytes + size > maxBytes) {
      parts.push(text.slice(from, i));
      from = i;
      bytes = 0;
    }
    bytes += size;
    i += code > 0xffff ? 2 : 1;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Bytes of one character inside a JSON string. */
function jsonBytes(code: number): number {
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}
