/** Who listens to what; a listener that throws is reported and the others still hear. */

export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<(value: never) => void>>();

  /** Gives the way to stop listening. The same function may be added twice and stopped one by one. */
  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void {
    const entry = (value: Events[K]) => listener(value);
    const set = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, set.add(entry));
    return () => void set.delete(entry);
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      try {
        (listener as (value: Events[K]) => void)(value);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** The platform's place for errors that nobody catches, without ending a Node process. */
function report(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error('audit-stream: a listener threw', error);
}
