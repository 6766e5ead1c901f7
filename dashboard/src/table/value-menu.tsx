/** What can be done with a value that was clicked: filter for it, without it, copy it. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { Choice } from '../filter/filter-state.ts';

export interface ClickedValue {
  readonly path: string;
  readonly value: string | number | boolean;
  readonly text: string;
}

export interface OpenedMenu extends ClickedValue {
  readonly xPx: number;
  readonly yPx: number;
}

export type OpenMenu = (event: MouseEvent, value: ClickedValue) => void;

interface Props {
  readonly menu: OpenedMenu;
  readonly onChoose: (choice: Choice) => void;
  readonly onClose: () => void;
}

export function ValueMenu({ menu, onChoose, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.left = `${Math.min(menu.xPx, innerWidth - element.offsetWidth - 8)}px`;
    element.style.top = `${Math.min(menu.yPx, innerHeight - element.offsetHeight - 8)}px`;
    element.querySelector('button')?.focus();
  }, [menu]);
  useEffect(() => {
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, [onClose]);

  const choose = (not: boolean) => {
    onChoose({ path: menu.path, value: menu.value, not });
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll('button') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus();
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const copy = () => {
    void navigator.clipboard.writeText(String(menu.value));
    onClose();
  };
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      aria-label={`${menu.path}: ${visibleText(menu.text)}`}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="menu-title" role="presentation">
        <code>{menu.path}</code> <bdi>{visibleText(menu.text)}</bdi>
      </div>
      <button type="button" role="menuitem" onClick={() => choose(false)}>
        Show only this
      </button>
      <button type="button" role="menuitem" onClick={() => choose(true)}>
        Leave this out
      </button>
      <button type="button" role="menuitem" onClick={copy}>
        Copy value
      </button>
    </div>
  );
}
