/** Something that the server is asked to do: once at a time, and its refusal in words. */
import { useState } from 'preact/hooks';

export interface Acting {
  /** What is being done. */
  readonly busy: string | undefined;
  readonly trouble: string | undefined;
  /** `name` tells it from others of the same place. True when it was done. */
  readonly run: (name: string, act: () => Promise<void>) => Promise<boolean>;
}

export function useAct(): Acting {
  const [busy, setBusy] = useState<string>();
  const [trouble, setTrouble] = useState<string>();
  return {
    busy,
    trouble,
    async run(name, act) {
      if (busy !== undefined) return false;
      setBusy(name);
      setTrouble(undefined);
      try {
        await act();
        return true;
      } catch (error) {
        setTrouble((error as Error).message);
        return false;
      } finally {
        setBusy(undefined);
      }
    },
  };
}
