/** Writes messages as the text of one frame, and measures text as the wire does. */
import type { ClientMessage, ServerMessage } from './messages.ts';

/** The message's JSON. Lone surrogates leave as `\u` escapes, so the text is always valid UTF-8. */
export function encode(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/** Bytes of `text` in UTF-8, without making them: limits of the wire count bytes, `length` counts UTF-16 units. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(text, i, unit)) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isPair(text: string, i: number, unit: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(i + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
