/** Shows how far EventBridge is with a replay, until it ends or a person has seen enough: it goes on without the command. */
import { progressBar } from '../progress-bar.ts';
import { STOPPED } from '../stop-at-signal.ts';
import type { AwsDeps } from './aws-deps.ts';

/** Returns the exit code. */
export async function watchReplay(
  busName: string,
  name: string,
  { aws, signal, pause, say, warn }: Pick<AwsDeps, 'aws' | 'signal' | 'pause' | 'say' | 'warn'>,
): Promise<number> {
  let bar: ReturnType<typeof progressBar> | undefined;
  const goesOn = () =>
    warn(
      `The replay goes on without this command. How far it is: audit-stream replay --bus ${busName} --status ${name}. To stop it: --cancel ${name}.`,
    );
  try {
    for (;;) {
      const found = await aws.describe(name);
      if (!found) throw new Error(`this account and region know no replay "${name}"`);
      const { state, reason, atMs, fromMs, toMs } = found;
      const why = reason === undefined ? '' : `: ${reason}`;
      if (state === 'COMPLETED') {
        say(`Replay ${name} is complete.`);
        return 0;
      }
      if (state === 'FAILED' || state === 'CANCELLED') {
        say(`Replay ${name} is ${state}${why}.`);
        return 1;
      }
      if (signal.aborted) {
        goesOn();
        return STOPPED;
      }
      bar ??= progressBar(minutes(toMs - fromMs), 'minutes of the archive');
      bar.to(minutes(Math.max(0, (atMs ?? fromMs) - fromMs)));
      await pause(LOOK_EVERY_MS);
    }
  } catch (error) {
    goesOn();
    throw error;
  } finally {
    bar?.end();
  }
}

const minutes = (ms: number) => Math.ceil(ms / 60_000);
const LOOK_EVERY_MS = 5_000;
