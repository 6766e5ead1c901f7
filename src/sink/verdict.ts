/** What a destination's answer means for the messages of a request: data, not an exception. */
import type { Outcome } from '../stream/ports.ts';

/** `split`: one of the messages is at fault, or they are too many; halves are sent until it stands alone. */
export type Verdict = Outcome | { readonly kind: 'split'; readonly reason: string; readonly status?: number };
