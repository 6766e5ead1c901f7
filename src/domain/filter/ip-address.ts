/** IP addresses as numbers, read as AWS's matcher reads them: IPv4 in IPv6 form is IPv4; no zones, no host names. */

export type IpAddress =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly value: bigint };

/** The address that `text` spells in full, or undefined. */
export function parseIpAddress(text: string): IpAddress | undefined {
  // The longest spelling is 39 characters; a range of leading zeros is allowed beyond it, not more.
  if (text.length < 2 || text.length > 64) return undefined;
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): IpAddress | undefined {
  if (text.length > 15) return undefined;
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (part < 0 || ++dots > 3) return undefined;
      value = value * 256 + part;
      part = -1;
    } else if (code >= 48 && code <= 57) {
      part = Math.max(part, 0) * 10 + code - 48;
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? { family: 4, value: value * 256 + part } : undefined;
}

function parseV6(text: string): IpAddress | undefined {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] as string);
  const tail = halves.length === 2 ? groups(halves[1] as string) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  if (all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff)
    return { family: 4, value: (all[6] as number) * 65_536 + (all[7] as number) };
  return { family: 6, value: all.reduce((value, group) => value * 65_536n + BigInt(group), 0n) };
}

function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const numbers = text.split(':').map((group) => (group === '' ? Number.NaN : Number.parseInt(group, 16)));
  return numbers.every((number) => number <= 0xffff) ? numbers : undefined;
}
