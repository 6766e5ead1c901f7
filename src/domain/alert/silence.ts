/** Alerts that nobody wants to hear of for a while. They are on the page and in the history all the same, and their end is
 * told to whoever heard of their beginning. */
export interface Silence {
  readonly id: string;
  readonly tenantId: string;
  /** An event pattern over the notice: `{"rule": {"id": ["login-brute-force"]}}`. */
  readonly match: unknown;
  /** RFC 3339 in UTC with milliseconds. */
  readonly from: string;
  readonly until: string;
  readonly author: { readonly id: string; readonly name?: string };
  readonly comment: string;
  /** Who ended it before its time. */
  readonly endedBy?: { readonly id: string; readonly name?: string };
}

/** Longer ones are a rule that should be mended. */
export const MAX_SILENCE_MS = 90 * 24 * 60 * 60 * 1_000;
