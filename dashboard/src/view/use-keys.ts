/** The page's keys, where the viewer is not typing. */
import { useEffect } from 'preact/hooks';

export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = keys[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (
        event.key !== 'Escape' &&
        target.closest('input, textarea, select, dialog, button, summary, [role="menu"]')
      )
        return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}
