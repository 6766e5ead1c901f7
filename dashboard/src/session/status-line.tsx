/** The connection in words, and up to when the view is proven complete. */
import { useEffect, useState } from 'preact/hooks';
import type { Status } from '../../../src/client/client.ts';
import { showClock } from '../view/show-time.ts';

interface Props {
  readonly status: Status;
  readonly completeMs: number | undefined;
  readonly onSignOut: () => void;
}

export function StatusLine({ status, completeMs, onSignOut }: Props) {
  const nowMs = useNow(status.kind === 'waiting');
  return (
    <div class={`status ${status.kind}`}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{inWords(status)}</span>
      {status.kind === 'waiting' && (
        <span class="again" aria-hidden="true">
          {again(status.retryAtMs - nowMs)}
        </span>
      )}
      {status.kind === 'closed' && (
        <button type="button" onClick={onSignOut}>
          Sign in again
        </button>
      )}
      {completeMs !== undefined && (
        <span class="complete" title="Everything recorded until then that matches is on this page or was.">
          complete up to <time>{showClock(completeMs)}</time>
        </span>
      )}
    </div>
  );
}

/** The countdown is for the eye only: read aloud each second it would drown everything else. */
function again(leftMs: number): string {
  return leftMs > 0 ? `again in ${Math.ceil(leftMs / 1000)} s` : 'now';
}

function inWords(status: Status): string {
  switch (status.kind) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return status.attempt > 1 ? `Connecting, attempt ${status.attempt}…` : 'Connecting…';
    case 'live':
      return 'Live';
    case 'waiting':
      return `Disconnected: ${status.reason}. Nothing is lost; trying again`;
    case 'closed':
      return `Refused: ${status.reason}`;
  }
}

function useNow(ticking: boolean): number {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  return ticking ? nowMs : Date.now();
}
