/** The page's keys, where the viewer is not typing. */
import { useEffect } from 'preact/hooks';

/** Where keys have a meaning of their own. */
const TAKEN = 'input, textarea, select, button, summary, [role="menu"]';

export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = keys[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      // A modal dialog takes all keys, wherever the focus is, and closes itself.
      if (document.querySelector('dialog[open]')) return;
      if (event.key !== 'Escape' && target.closest(TAKEN)) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}
