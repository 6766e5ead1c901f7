/** A minute's work of the alerts' clock: how the pipeline is, then all that is due. */
import type { Detector, PipelineCondition } from '../../detect/detector.ts';
import { causeOf, type Log } from '../../stream/log.ts';

export interface ClockOptions {
  readonly detector: Pick<Detector, 'tick' | 'pipeline'>;
  readonly readPipeline: () => Promise<readonly PipelineCondition[]>;
  readonly log: Log;
  readonly wait?: (ms: number) => Promise<void>;
}

/** `remainingMs` is what is left of the Lambda's time. Goes on while something is due; a look at the pipeline that fails
 * keeps nothing else from its turn, and is thrown at the end, so that it counts as a failure.
 * @returns how many states were dealt with. */
export function makeClock({ detector, readPipeline, log, wait = pause }: ClockOptions) {
  return async (remainingMs: () => number): Promise<number> => {
    const look = await readPipeline()
      .then((conditions) => detector.pipeline(conditions))
      .then(() => undefined, causeOf);
    if (look !== undefined) log('error', 'the pipeline could not be looked at', { cause: look });
    let total = 0;
    for (;;) {
      const dealtWith = await detector.tick();
      total += dealtWith;
      if (dealtWith === 0 || remainingMs() < RESERVE_MS) break;
      // What is due is read from an index that lags behind.
      await wait(PAUSE_MS);
    }
    if (look !== undefined) throw new Error(`the pipeline could not be looked at: ${look}`);
    return total;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const PAUSE_MS = 1_000;
/** For one more round. */
const RESERVE_MS = 20_000;
