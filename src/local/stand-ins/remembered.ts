/** What a stand-in has taken, by key: a bounded map that forgets what came first. A vendor remembers more. */

const MOST = 50_000;

export interface Remembered<Value> {
  has(key: string): boolean;
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): boolean;
}

export function remembered<Value>(most = MOST): Remembered<Value> {
  const held = new Map<string, Value>();
  return {
    has: (key) => held.has(key),
    get: (key) => held.get(key),
    delete: (key) => held.delete(key),
    set(key, value) {
      held.delete(key);
      held.set(key, value);
      const oldest = held.size > most ? held.keys().next().value : undefined;
      if (oldest !== undefined) held.delete(oldest);
    },
  };
}
