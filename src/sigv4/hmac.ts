/** HMAC-SHA256 by two one-shot hashes: `createHmac` builds an object per call and takes ten times as long. */
import { hash } from 'node:crypto';

/** Signs texts of Latin letters with one key, as hex. */
export function makeHmac(key: Buffer): (text: string) => string {
  const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key;
  const inner = Buffer.alloc(BLOCK + MAX_TEXT, INNER_PAD);
  const outer = Buffer.alloc(BLOCK + DIGEST, OUTER_PAD);
  for (const [i, byte] of short.entries()) {
    inner[i] = byte ^ INNER_PAD;
    outer[i] = byte ^ OUTER_PAD;
  }
  return (text) => {
    if (text.length > MAX_TEXT)
      throw new RangeError(`text of ${text.length} characters, at most ${MAX_TEXT}`);
    const end = BLOCK + inner.write(text, BLOCK, 'latin1');
    outer.write(hash('sha256', inner.subarray(0, end), 'hex'), BLOCK, 'hex');
    return hash('sha256', outer, 'hex');
  };
}

const BLOCK = 64;
const DIGEST = 32;
/** A string to sign holds a name, two dates, region, service and a hash: some 140 characters. */
const MAX_TEXT = 512;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
