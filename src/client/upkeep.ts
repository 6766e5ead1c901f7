/** What a connection does by itself so as not to end by surprise: heartbeat, fresh token, and leaving in good time. */
import type { Welcome } from './connection.ts';
import type { StreamError } from './stream-error.ts';
import type { TokenAnswer } from './token.ts';

export interface Kept {
  readonly now: () => number;
  readonly random: () => number;
  /** Runs after `ms` unless the connection has ended by then. */
  after(ms: number, run: () => void): void;
  beat(): void;
  token(): Promise<TokenAnswer>;
  /** Gives the new token to the server; resolves with its end by the server's clock, ms. */
  refresh(token: string): Promise<number>;
  leave(reason: string): void;
}

/** Begins with the welcome; ends with the connection. */
export function keepUp(kept: Kept, welcome: Welcome): void {
  const welcomedAtMs = kept.now();
  beatEvery(kept, welcome.heartbeatMs);
  refreshBefore(kept, welcomedAtMs + welcome.tokenExpiresAtMs - welcome.serverTimeMs, (serverMs) => {
    return welcomedAtMs + serverMs - welcome.serverTimeMs;
  });
  const marginMs = Math.min(welcome.maxConnectionMs / 10, 5 * 60_000);
  const leaveInMs = welcome.maxConnectionMs - marginMs * (1 + kept.random());
  kept.after(leaveInMs, () => kept.leave('the longest time of a connection is near'));
}

/** A little earlier than told, by chance: so that a thousand clients do not beat as one. */
function beatEvery(kept: Kept, heartbeatMs: number): void {
  kept.after(heartbeatMs * (0.75 + kept.random() / 4), () => {
    beatEvery(kept, heartbeatMs);
    kept.beat();
  });
}

/** The token is renewed when a fifth of its time is left, a minute at most. `ours` turns the server's time into ours. */
function refreshBefore(kept: Kept, endsAtMs: number, ours: (serverMs: number) => number): void {
  const remainingMs = endsAtMs - kept.now();
  const leadMs = Math.min(remainingMs / 5, 60_000) * (1 + kept.random() / 4);
  kept.after(Math.max(1_000, remainingMs - leadMs), async () => {
    const token = await kept.token();
    if (token.kind === 'failed') return refreshBefore(kept, endsAtMs, ours);
    try {
      refreshBefore(kept, ours(await kept.refresh(token.token)), ours);
    } catch (error) {
      if ((error as StreamError).final) kept.leave('the server did not take the new token');
      else refreshBefore(kept, endsAtMs, ours);
    }
  });
}
