/** Sees to it that `context.ip` and `context.ips` hold addresses and nothing else: search indexes refuse an event otherwise. */
import { cleanIp } from './ip-address.ts';
import type { Read } from './reading.ts';

/** `read`, then its addresses cleaned. A forwarded-for list in `ip` gives its first address, and all of them go to `ips`.
 * What was no address is left out, and the field is named among the truncated ones. */
export function networkContext(read: Read): Read {
  return (value, at) => {
    const context = read(value, at) as { ip?: string; ips?: string[] } | undefined;
    if (context?.ip === undefined && context?.ips === undefined) return context;
    const { ip, ips, ...rest } = context;
    const first = ip === undefined ? NOTHING : addressesIn(ip.split(','));
    const others = ips === undefined ? NOTHING : addressesIn(ips);
    if (first.foreign) at.truncated.push(`${at.here()}.ip`);
    if (others.foreign) at.truncated.push(`${at.here()}.ips`);
    const all = [...new Set([...(first.addresses.length > 1 ? first.addresses : []), ...others.addresses])];
    return {
      ...rest,
      ...(first.addresses[0] !== undefined && { ip: first.addresses[0] }),
      ...(all.length > 0 && { ips: all.slice(0, MAX_ADDRESSES) }),
    };
  };
}

const MAX_ADDRESSES = 256;
const NOTHING = { addresses: [], foreign: false };

function addressesIn(texts: readonly string[]): { addresses: readonly string[]; foreign: boolean } {
  const addresses = texts.flatMap((text) => cleanIp(text) ?? []);
  return { addresses, foreign: addresses.length < texts.length };
}
