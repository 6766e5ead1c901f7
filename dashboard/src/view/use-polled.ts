/** Asks again and again while somebody looks: not on a hidden page, and never more often than the server answers well. */
import { useEffect, useState } from 'preact/hooks';

interface Polled<T> {
  readonly answer?: T;
  /** Why the last question has no answer; the answer before it stays. */
  readonly trouble?: string;
}

/** The server is given ten times as long as it took. */
const REST = 10;

/** `key` says what is asked for: another one begins anew. `again` asks at once. */
export function usePolled<T>(
  ask: (last: T | undefined) => Promise<T>,
  { key, everyMs }: { readonly key: string; readonly everyMs: number },
): Polled<T> & {
  readonly isFresh: boolean;
  readonly again: () => void;
  readonly change: (to: (last: T) => T) => void;
} {
  const [state, setState] = useState<Polled<T> & { readonly key: string }>({ key });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last: T | undefined = state.key === key ? state.answer : undefined;
    const look = async () => {
      if (isOver) return;
      if (document.hidden) return document.addEventListener('visibilitychange', look, { once: true });
      const beganMs = performance.now();
      try {
        const answer = await ask(last);
        if (isOver) return;
        last = answer;
        setState({ key, answer });
      } catch (error) {
        if (isOver) return;
        const trouble = (error as Error).message;
        setState((before) => ({ ...(before.key === key ? before : { key }), trouble }));
      }
      timer = setTimeout(look, Math.max(everyMs, REST * (performance.now() - beganMs)));
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, everyMs, round]);

  const { key: answered, ...polled } = state;
  const change = (to: (last: T) => T) => {
    setState((before) => (before.answer === undefined ? before : { ...before, answer: to(before.answer) }));
    setRound((before) => before + 1);
  };
  return { ...polled, isFresh: answered === key, again: () => setRound((before) => before + 1), change };
}
