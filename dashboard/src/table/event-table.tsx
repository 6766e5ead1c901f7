/** The live table: newest first, only the rows in view are drawn, steady while the viewer reads further down. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EventRow, Row } from '../rows/row.ts';
import { columnKeys, shownColumns } from '../view/settings.ts';
import { showClock } from '../view/show-time.ts';
import { Cell } from './cell.tsx';
import type { OpenMenu } from './value-menu.tsx';

const ROW_PX = 30;
const PAGE_ROWS = 15;

interface Props {
  readonly rows: readonly Row[];
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onOpen: () => void;
  readonly onMenu: OpenMenu;
}

export function EventTable({ rows, selectedId, onSelect, onOpen, onMenu }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualRows(rows, scroller);
  const columns = shownColumns();
  const template = columns.map(({ width }) => width).join(' ');
  const grid = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => grid.current?.style.setProperty('--columns', template), [template]);
  useLayoutEffect(() => grid.current?.style.setProperty('--height', `${virtualizer.getTotalSize()}px`));

  const step = (by: number) => {
    const at = rows.findIndex(({ id }) => id === selectedId);
    const next = Math.min(rows.length - 1, Math.max(0, at + by));
    const row = rows[next];
    if (row === undefined) return;
    onSelect(row.id);
    virtualizer.scrollToIndex(next, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
      Home: -rows.length,
      End: rows.length,
    };
    const by = moves[event.key];
    if (by !== undefined) step(by);
    else if (event.key === 'Enter' && selectedId !== undefined) onOpen();
    else return;
    event.preventDefault();
  };

  return (
    <div
      class="table"
      role="grid"
      aria-label="Audit events, newest first"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={selectedId === undefined ? undefined : domId(selectedId)}
      tabIndex={0}
      ref={grid}
      onKeyDown={onKeyDown}
    >
      <div class="scroller" ref={scroller} role="presentation">
        <div class="head row" role="row" aria-rowindex={1}>
          {columns.map(({ key, title }) => (
            <div key={key} role="columnheader" class="cell">
              {title}
            </div>
          ))}
        </div>
        <div class="canvas" role="presentation">
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const shared = { key: row.id, index, topPx: start, selected: row.id === selectedId };
            return row.kind === 'gap' ? (
              <Line {...shared} id={row.id} kind="gap">
                <div role="gridcell" class="cell wide">
                  {row.reason === 'retention'
                    ? `What was recorded between ${showClock(row.fromMs)} and ${showClock(row.atMs)} is no longer kept here: it cannot be proven complete.`
                    : `Between ${showClock(row.fromMs)} and ${showClock(row.atMs)} more came than this page remembers: rows may be missing.`}
                </div>
              </Line>
            ) : (
              <Line
                {...shared}
                id={row.id}
                kind={row.event.severity}
                onPick={() => {
                  onSelect(row.id);
                  onOpen();
                }}
              >
                {columns.map((column) => (
                  <Cell key={column.key} column={column} row={row as EventRow} onMenu={onMenu} />
                ))}
              </Line>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly index: number;
  readonly topPx: number;
  readonly selected: boolean;
  readonly kind: string;
  readonly onPick?: () => void;
  readonly children: preact.ComponentChildren;
}

function Line({ id, index, topPx, selected, kind, onPick, children }: LineProps) {
  const line = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => line.current?.style.setProperty('transform', `translateY(${topPx}px)`), [topPx]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      ref={line}
      id={domId(id)}
      class={`row ${kind}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={onPick}
    >
      {children}
    </div>
  );
}

export const domId = (id: string) => `row-${id.replace(/[^\w-]/g, '_')}`;

/** Keeps what the viewer looks at where it is when rows come in above. */
function useVirtualRows(rows: readonly Row[], scroller: { readonly current: HTMLDivElement | null }) {
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

  const top = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    const added = top.current === undefined ? 0 : rows.findIndex(({ id }) => id === top.current);
    if (element && element.scrollTop > ROW_PX && added > 0) element.scrollTop += added * ROW_PX;
    top.current = rows[0]?.id;
  }, [rows, scroller]);
  void columnKeys.value;
  return virtualizer;
}
