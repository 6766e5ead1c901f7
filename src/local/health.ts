/** Whether this home takes events: what the disk said the last time. */
import type { Store } from './store/open-store.ts';

export interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly upForSeconds: number;
  /** What is wrong with the disk, when something is. */
  readonly message?: string;
}

export function makeHealth(now: () => number) {
  const sinceMs = now();
  let trouble: string | undefined;
  return {
    watch:
      (accept: Store['accept']): Store['accept'] =>
      async (entries) => {
        const outcomes = await accept(entries);
        const down = outcomes.find(({ kind }) => kind === 'unavailable');
        trouble = down?.kind === 'unavailable' ? down.message : undefined;
        return outcomes;
      },
    state(): Health {
      const upForSeconds = Math.floor((now() - sinceMs) / 1000);
      return trouble === undefined
        ? { status: 'ok', upForSeconds }
        : { status: 'unavailable', upForSeconds, message: trouble };
    },
  };
}
