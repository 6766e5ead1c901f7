/** The panel at the side that shows all about one thing: its width is the viewer's. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { drawerWidthPx } from '../view/settings.ts';
import { Resizer } from './resizer.tsx';

interface Props {
  readonly label: string;
  /** Of the part that scrolls. */
  readonly bodyLabel: string;
  readonly title: ComponentChildren;
  readonly marks?: ComponentChildren;
  /** Another one begins at its top. */
  readonly of: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function DrawerFrame({ label, bodyLabel, title, marks, of, onClose, children }: Props) {
  const aside = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => aside.current?.style.setProperty('--drawer', `${drawerWidthPx.value}px`));
  useLayoutEffect(() => body.current?.scrollTo(0, 0), [of]);
  return (
    <aside ref={aside} class="drawer" aria-label={label}>
      <Resizer />
      <header>
        <div>
          <h2>{title}</h2>
          {marks && <p class="marks">{marks}</p>}
        </div>
        <button type="button" class="quiet close" aria-label="Close detail (Esc)" onClick={onClose}>
          ×
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div class="drawer-body" ref={body} tabIndex={0} role="region" aria-label={bodyLabel}>
        {children}
      </div>
    </aside>
  );
}
