/** Makes one spelling out of the many of an IP address, so that filters and address fields see addresses only. */

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Dotted IPv4, or IPv6 as RFC 5952 writes it; an IPv4 address mapped into IPv6 becomes the IPv4 address.
 * A port, brackets and a zone are taken off. Undefined when there is no address. */
export function cleanIp(text: string): string | undefined {
  const bare = text.trim().slice(0, 80);
  if (V4.test(bare)) return bare;
  const inside = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(bare)?.[1] ?? bare;
  const withPort = /^([\d.]+):\d{1,5}$/.exec(inside)?.[1];
  if (withPort !== undefined) return V4.test(withPort) ? withPort : undefined;
  const address = inside.replace(/%[\w.-]+$/, '');
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return V4.test(mapped) ? mapped : undefined;
  const groups = groupsOf(address);
  if (groups === undefined) return undefined;
  const v4 = mappedV4(groups);
  return v4 ?? shortest(groups);
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] | undefined {
  if (!/^[\da-f:.]{2,45}$/i.test(address) || address.includes(':::')) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(groupOf)));
  if (head === undefined || [...head, ...(tail ?? [])].some(Number.isNaN)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

function groupOf(text: string, index: number, all: readonly string[]): number[] {
  if (/^[\da-f]{1,4}$/i.test(text)) return [Number.parseInt(text, 16)];
  if (index !== all.length - 1 || !V4.test(text)) return [Number.NaN];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

function mappedV4(groups: readonly number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc5952#section-4: the first longest run of two or more zero groups becomes `::`. */
function shortest(groups: readonly number[]): string {
  let start = 0;
  let length = 0;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (groups[to] === 0) to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
