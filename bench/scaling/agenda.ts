/** A clock that jumps from one thing to the next: the heart of a discrete-event simulation. */

export interface Agenda {
  readonly nowMs: number;
  at(ms: number, run: () => void): void;
  /** Runs everything, in the order of its time. */
  run(): void;
}

export function makeAgenda(): Agenda {
  // A binary heap in two arrays: millions of entries come and go.
  const times: number[] = [];
  const runs: (() => void)[] = [];
  let nowMs = 0;

  const swap = (i: number, j: number) => {
    [times[i], times[j]] = [times[j] as number, times[i] as number];
    [runs[i], runs[j]] = [runs[j] as () => void, runs[i] as () => void];
  };
  const up = (from: number) => {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if ((times[parent] as number) <= (times[i] as number)) return;
      swap(i, parent);
      i = parent;
    }
  };
  const down = () => {
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= times.length) return;
      const right = left + 1;
      const least = right < times.length && (times[right] as number) < (times[left] as number) ? right : left;
      if ((times[i] as number) <= (times[least] as number)) return;
      swap(i, least);
      i = least;
    }
  };

  return {
    get nowMs() {
      return nowMs;
    },
    at(ms, run) {
      times.push(Math.max(ms, nowMs));
      runs.push(run);
      up(times.length - 1);
    },
    run() {
      while (times.length > 0) {
        nowMs = times[0] as number;
        const next = runs[0] as () => void;
        const lastTime = times.pop() as number;
        const lastRun = runs.pop() as () => void;
        if (times.length > 0) {
          times[0] = lastTime;
          runs[0] = lastRun;
          down();
        }
        next();
      }
    },
  };
}
