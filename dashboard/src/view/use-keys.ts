/** The page's keys, where the viewer is not typing. */
import { useEffect } from 'preact/hooks';

/** Where keys have a meaning of their own. */
const TAKEN = 'input, textarea, select, dialog, button, summary, [role="menu"]';

export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = keys[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      // A dialog closes itself.
      const taken = event.key === 'Escape' ? 'dialog' : TAKEN;
      if (target.closest(taken)) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}
