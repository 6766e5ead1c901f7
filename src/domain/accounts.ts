/** The books of the system: what went in at each hop and where it is now. */

export interface Hop {
  readonly name: string;
  readonly in: number;
  readonly out: number;
  readonly waiting: number;
  readonly dead: number;
  /** `in - out - waiting - dead`: must be 0. */
  readonly unaccounted: number;
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
}
