/** Makes ids for events: UUIDv7, so that they sort by time. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */

export function newEventId(nowMs: number): string {
  if (next === random.length) {
    crypto.getRandomValues(random);
    next = 0;
  }
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const a = twelveBits(0x7000, next);
  const b = twelveBits(0x8000, next + 2) | (((random[next] as number) & 0x30) << 8);
  let rest = '';
  for (let i = 4; i < BYTES; i++) rest += HEX[random[next + i] as number];
  next += BYTES;
  return `${time.slice(0, 8)}-${time.slice(8)}-${a.toString(16)}-${b.toString(16)}-${rest}`;
}

/** Random bytes for many ids at once: asking for them is most of the work. */
const BYTES = 10;
const random = new Uint8Array(BYTES * 64);
let next = random.length;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function twelveBits(marked: number, at: number): number {
  return marked | (((random[at] as number) & 0x0f) << 8) | (random[at + 1] as number);
}
