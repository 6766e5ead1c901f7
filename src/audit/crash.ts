/** Notices that the process is about to die of an error that nobody caught, and changes nothing about it. */
import type { Run } from './run.ts';

type Crashed = (run: Run, error: unknown) => void;

const watched = new Map<Set<Run>, Crashed>();

/** Answers the set of open runs to be kept; each that is in it when the process crashes is told. */
export function watchCrashes(crashed: Crashed): Set<Run> {
  const open = new Set<Run>();
  if (watched.size === 0) listen();
  watched.set(open, crashed);
  return open;
}

function tellAll(error: unknown): void {
  for (const [open, crashed] of watched) for (const run of [...open]) crashed(run, error);
}

/** https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor */
function listen(): void {
  process.on('uncaughtExceptionMonitor', tellAll);
  // Elsewhere a rejection becomes an exception by itself; Lambda's runtime listens, and exits.
  if (process.env.AWS_LAMBDA_RUNTIME_API === undefined) return;
  process.prependListener('unhandledRejection', (error) => {
    tellAll(error);
    if (process.listenerCount('unhandledRejection') === 1) throw error;
  });
}
