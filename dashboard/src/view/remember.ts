/** What the browser keeps for the viewer. A browser that keeps nothing (full, or forbidden) still shows the page. */

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The page works without; the choice lasts until it is closed.
  }
}

export function recall(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
