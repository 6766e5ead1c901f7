/** Which rows to draw. Keeps what the viewer reads where it is when rows come in above, and counts them. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from '../rows/row.ts';

/** As in the style sheet. */
const ROW_PX = 28;

type Scroller = { readonly current: HTMLDivElement | null };

export function useVirtualRows(rows: readonly Row[], scroller: Scroller) {
  const [, draw] = useState(0);
  const [virtualizer] = useState(
    () =>
      new Virtualizer<HTMLDivElement, HTMLDivElement>({
        count: 0,
        getScrollElement: () => scroller.current,
        estimateSize: () => ROW_PX,
        scrollPaddingStart: ROW_PX,
        overscan: 12,
        observeElementRect,
        observeElementOffset,
        scrollToFn: elementScroll,
        onChange: () => draw((n) => n + 1),
      }),
  );
  virtualizer.setOptions({ ...virtualizer.options, count: rows.length });
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useSteady(rows, scroller);
  return { virtualizer, newAbove: useNewAbove(rows, virtualizer.scrollOffset ?? 0) };
}

/** Whoever reads further down keeps the same row under the eye. */
function useSteady(rows: readonly Row[], scroller: Scroller): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && element.scrollTop > ROW_PX) {
      const wasAt = Math.floor(element.scrollTop / ROW_PX);
      const id = before.current[wasAt]?.id;
      const isAt = rows.findIndex((row) => row.id === id);
      if (isAt >= 0 && isAt !== wasAt) element.scrollTop += (isAt - wasAt) * ROW_PX;
    }
    before.current = rows;
  }, [rows, scroller]);
}

/** How many rows came since the viewer last was at the top. */
function useNewAbove(rows: readonly Row[], scrollTopPx: number): number {
  const topId = useRef<string | undefined>(undefined);
  if (scrollTopPx <= ROW_PX) {
    topId.current = rows[0]?.id;
    return 0;
  }
  const at = rows.findIndex(({ id }) => id === topId.current);
  return at < 0 ? rows.length : at;
}
