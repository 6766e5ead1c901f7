/** What a destination's answer means for the messages of a request: data, not an exception. */
import type { Outcome } from '../stream/ports.ts';

/** `split`: one of the messages is at fault, or they are too many; halves are sent until it stands alone. */
export type Verdict =
  | Outcome
  | Again
  | { readonly kind: 'split'; readonly reason: string; readonly status?: number };

/** The vendor would take the notice if it were put differently: `plain`, without layout and extras, or `anew`, without
 * what the vendor called the alert earlier and does not know any more. */
export interface Again {
  readonly kind: 'again';
  readonly way: 'plain' | 'anew';
  readonly reason: string;
  /** What the answer means once that was tried, or where there is no such way. */
  readonly otherwise: Outcome;
}
