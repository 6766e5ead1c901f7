/** The connection in words, and up to when the view is proven complete. */
import { useEffect, useState } from 'preact/hooks';
import type { Status } from '../../../src/client/client.ts';
import { showClock } from '../view/show-time.ts';

interface Props {
  readonly status: Status;
  readonly completeMs: number | undefined;
}

export function StatusLine({ status, completeMs }: Props) {
  const nowMs = useNow(status.kind === 'waiting');
  return (
    <div class={`status ${status.kind}`}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{inWords(status, nowMs)}</span>
      {completeMs !== undefined && (
        <span class="complete" title="Everything recorded until then that matches is on this page or was.">
          complete up to <time>{showClock(completeMs)}</time>
        </span>
      )}
    </div>
  );
}

function inWords(status: Status, nowMs: number): string {
  switch (status.kind) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return status.attempt > 1 ? `Connecting, attempt ${status.attempt}…` : 'Connecting…';
    case 'live':
      return 'Live';
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((status.retryAtMs - nowMs) / 1000));
      return `Connection lost (${status.reason}). ${seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again now'}; nothing is lost meanwhile.`;
    }
    case 'closed':
      return `Closed: ${status.reason}. Sign in again to go on.`;
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
