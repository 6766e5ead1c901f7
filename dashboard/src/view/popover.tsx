/** A button that opens a small panel below itself; a click elsewhere or Esc closes it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Popover({ title, children }: Props) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = () => {
      if (details.current) details.current.open = false;
    };
    const onPointer = (event: Event) => {
      if (!details.current?.contains(event.target as Node)) close();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !details.current?.open) return;
      close();
      details.current.querySelector('summary')?.focus();
      event.stopPropagation();
    };
    addEventListener('pointerdown', onPointer);
    addEventListener('keydown', onKey, { capture: true });
    return () => {
      removeEventListener('pointerdown', onPointer);
      removeEventListener('keydown', onKey, { capture: true });
    };
  }, []);
  return (
    <details class="popover" ref={details}>
      <summary>{title}</summary>
      <div class="popover-body">{children}</div>
    </details>
  );
}
