/** Loads a part of the page when somebody opens it. */
import { useEffect, useState } from 'preact/hooks';

type Loaded<T> = { readonly part?: T; readonly trouble?: string };

export function useLazy<T>(load: (() => Promise<T>) | undefined): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly of?: unknown }>({});
  useEffect(() => {
    if (load === undefined) return;
    load().then(
      (part) => setLoaded({ of: load, part }),
      () => setLoaded({ of: load, trouble: 'This part of the page could not be loaded: reload the page.' }),
    );
  }, [load]);
  return loaded.of === load ? loaded : {};
}
