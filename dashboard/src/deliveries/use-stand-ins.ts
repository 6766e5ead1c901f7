/** The stand-ins of a local run, where there are any: what they are told to do, and what they saw of a request. */
import type { DeliveryAttempt } from '../../../src/domain/deliveries.ts';
import type { StandInRequest, StandIns } from '../../../src/domain/stand-ins.ts';

/** What the stand-in of a request's destination can say of it. */
export type Seen =
  | { readonly kind: 'seen'; readonly request: StandInRequest }
  | { readonly kind: 'looking' | 'forgotten' };

export type AskStandIns = (args?: { readonly name: string }) => Promise<StandIns>;

/** The stand-ins, or none where the home has none: asked once, the answer does not change. */
export function orNone(ask: AskStandIns): () => Promise<StandIns> {
  let hasNone = false;
  return async () => {
    if (hasNone) return NONE;
    try {
      return await ask();
    } catch (error) {
      if ((error as { name?: string }).name !== 'not_found') throw error;
      hasNone = true;
      return NONE;
    }
  };
}

const NONE: StandIns = { standIns: [] };

/** The request that the attempt was: it came while the attempt lasted, with as many events, and with the same ids as far
 * as both sides tell them. The two clocks are one. */
export function requestOf(
  { atMs, durationMs, count, events, answer }: DeliveryAttempt,
  requests: readonly StandInRequest[],
): StandInRequest | undefined {
  const ids = new Set(events.map(({ id }) => id));
  const fits = requests.filter(
    (request) =>
      request.atMs >= atMs &&
      request.atMs <= atMs + durationMs &&
      request.count === count &&
      (!('status' in answer) || request.status === answer.status),
  );
  const shares = (request: StandInRequest) => request.ids.some((id) => ids.has(id));
  return fits.find(shares) ?? (ids.size === 0 ? fits[0] : undefined);
}
