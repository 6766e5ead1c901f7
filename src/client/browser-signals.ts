/** A browser knows when the network came back or the page was woken: no need to sit out a back-off then. */

/** Calls `wake(true)` when there is reason to try at once, `wake(false)` when the network went; gives the way to stop.
 * In Node, where there is no page, it does nothing. */
export function watchBrowser(wake: (online: boolean) => void): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
  const stop = new AbortController();
  const { signal } = stop;
  window.addEventListener('online', () => wake(true), { signal });
  window.addEventListener('offline', () => wake(false), { signal });
  window.addEventListener('pageshow', () => wake(true), { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(true), {
    signal,
  });
  return () => stop.abort();
}
