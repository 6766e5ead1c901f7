/** Secrets of a destination: read where they are kept, remembered for a while, read again when the vendor refuses them. */
import type { SecretRef } from './options.ts';

/** The secret as it is now. Throws, naming the place and never the value, when it cannot be read. */
export type ReadSecret = (ref: SecretRef) => Promise<string>;

export interface Secrets {
  /** At most {@link SECRET_AGE_MS} old. Where reading fails, the last good one; throws only if there never was one. */
  get(ref: SecretRef): Promise<string>;
  /** The next `get` reads anew, unless that was done a moment ago. True if it will. */
  refuse(): boolean;
}

export function makeSecrets(readSecret: ReadSecret, now: () => number): Secrets {
  const known = new Map<string, { value: string; readAtMs: number }>();
  let refusedAtMs = Number.NEGATIVE_INFINITY;

  return {
    async get(ref) {
      const key = JSON.stringify(ref);
      const held = known.get(key);
      if (held && held.readAtMs > refusedAtMs && now() - held.readAtMs < SECRET_AGE_MS) return held.value;
      try {
        const value = await readSecret(ref);
        known.set(key, { value, readAtMs: now() });
        return value;
      } catch (error) {
        if (held) return held.value;
        throw error;
      }
    },
    refuse() {
      if (now() - refusedAtMs < REFUSE_EVERY_MS) return false;
      refusedAtMs = now();
      return true;
    },
  };
}

/** A rotated key is known after five minutes at most, and at once when the old one is refused. */
export const SECRET_AGE_MS = 300_000;
const REFUSE_EVERY_MS = 60_000;
