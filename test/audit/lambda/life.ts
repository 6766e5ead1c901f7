/** One function's life on Lambda: invoked so many times, then once more to see that it is well, then counted. */
import type { Lambda, Scene } from './scene.ts';
import type { Tally } from './tally.ts';

export interface Trial {
  readonly lambda: Lambda;
  readonly runs: number;
  readonly random: () => number;
}

export interface Outcome extends Tally {
  /** From the moment Lambda had an answer to the moment the bus had the request about it. */
  readonly leadsMs: readonly number[];
  /** Records that were not yet settled when the extension asked for the next event. */
  readonly leftForNext: number;
  /** Of invocations that were not answered as they should have been. */
  readonly oddAnswers: readonly string[];
  readonly freezes: number;
  /** Starts of the process, and how many of them had registered the extension in time. */
  readonly starts: number;
  readonly registered: number;
  /** Of this scenario alone. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface Life {
  readonly deed: Deed;
  readonly once: () => Promise<unknown>;
  /** What a process that is well does. */
  readonly good: Deed;
  readonly counts?: Outcome['counts'];
}

/** At the end a good invocation starts the environment again, if it has to. */
export async function lived(
  runs: number,
  scene: Scene,
  { deed, once, good, counts = {} }: Life,
): Promise<Outcome> {
  const oddAnswers: string[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      const answer = JSON.stringify(await once());
      if (!ANSWERS[deed].test(answer)) oddAnswers.push(`${deed}: ${answer.slice(0, 300)}`);
    }
    const isGood = async () => ANSWERS[good].test(JSON.stringify(await scene.invoke({ do: good })));
    if (!(await isGood()) && !(await isGood())) oddAnswers.push('the environment did not start again');
    const { cold, registered } = scene.starts();
    return {
      ...scene.tally(),
      leadsMs: scene.leadsMs(),
      leftForNext: scene.leftForNext(),
      oddAnswers,
      freezes: scene.proxy.freezes(),
      starts: cold,
      registered,
      counts,
    };
  } finally {
    await scene.stop();
  }
}

export type Deed = keyof typeof ANSWERS;

/** As Lambda's caller gets them. */
const ANSWERS = {
  answer: /"statusCode":200/,
  'answer early': /"statusCode":304/,
  'say nine': /"statusCode":200/,
  throw: /out of paper/,
  'say nine and crash': /nobody catches this|Runtime.ExitError/,
  crash: /nobody catches this|Runtime.ExitError/,
  reject: /nobody handles this|Runtime.ExitError/,
  hang: /timed out/i,
};
