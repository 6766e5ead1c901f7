/** Work that a person may stop: the first Ctrl-C lets it finish what is in hand, a second one ends the process. */

export function stopAtSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

/** The exit code then, as shells have it for Ctrl-C. */
export const STOPPED = 130;
