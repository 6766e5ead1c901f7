/** Runs one random trial after the other, some at a time, with its progress; a failed one is told with how to run it again. */

export interface Trial {
  readonly broken: readonly string[];
}

export interface SeedsOptions<T extends Trial> {
  readonly count: number;
  readonly first: number;
  readonly parallel: number;
  /** The test that runs one seed again. */
  readonly again: string;
  run(seed: number): Promise<T>;
}

/** The trials that came to their end, and the seeds of those that failed. */
export async function runSeeds<T extends Trial>({ count, first, parallel, again, run }: SeedsOptions<T>) {
  const startedAtMs = Date.now();
  const trials: T[] = [];
  const failed: number[] = [];
  let begun = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const seed = first + begun++;
      try {
        const trial = await run(seed);
        trials.push(trial);
        if (trial.broken.length > 0) fail(seed, trial.broken);
      } catch (error) {
        fail(seed, [(error as Error).message]);
      }
      done++;
      progress();
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return { trials, failed, tookMs: Date.now() - startedAtMs };

  function fail(seed: number, broken: readonly string[]): void {
    failed.push(seed);
    console.log(
      `\nseed ${seed}: ${broken.slice(0, 5).join('\n  ')}\n  again: SEED=${seed} npm test -- ${again}`,
    );
  }

  function progress(): void {
    const leftMs = ((Date.now() - startedAtMs) / Math.max(1, done)) * (count - done);
    const line = `${done}/${count} done, ${failed.length} failed, about ${Math.ceil(leftMs / 1000)} s left`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line} `);
    else if (done % 10 === 0 || done === count) console.log(line);
  }
}
