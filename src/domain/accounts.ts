/** The books of the system: what went in at each hop and where it is now. */

/** Counts; null where one could not be had, which is not 0. */
export interface Hop {
  readonly name: string;
  readonly in: number | null;
  readonly out: number | null;
  readonly waiting: number | null;
  readonly dead: number | null;
  /** Deleted from the dead letters by a person; left out where none were. */
  readonly purged?: number;
  /** `in - out - waiting - dead - purged`: must be 0. */
  readonly unaccounted: number | null;
}

export interface Unaccounted {
  readonly hop: string;
  readonly tenantId: string;
  readonly id: string;
  readonly acceptedAtMs: number;
}

export interface Accounts {
  readonly asOfMs: number;
  readonly hops: readonly Hop[];
  /** The first of them by name; the hops have the full count. */
  readonly unaccounted: readonly Unaccounted[];
  /** What a person must know to read the figures. */
  readonly notes?: readonly string[];
}

export type Verdict =
  | { readonly kind: 'accounted' }
  | { readonly kind: 'lost'; readonly count: number }
  /** Nothing is known to be missing, but a figure could not be had. */
  | { readonly kind: 'unknown' };

export function verdictOf({ hops }: Accounts): Verdict {
  const count = hops.reduce((sum, { unaccounted }) => sum + (unaccounted ?? 0), 0);
  if (count !== 0) return { kind: 'lost', count };
  return hops.some(({ unaccounted }) => unaccounted === null) ? { kind: 'unknown' } : { kind: 'accounted' };
}
