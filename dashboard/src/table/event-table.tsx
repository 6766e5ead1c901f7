/** The live table: newest first, only the rows in view are drawn, steady while the viewer reads further down. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Row } from '../rows/row.ts';
import { shownColumns } from '../view/settings.ts';
import { domId, GapLine, Line } from './line.tsx';
import { useVirtualRows } from './use-virtual-rows.ts';
import type { OpenMenu } from './value-menu.tsx';

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
  const grid = useRef<HTMLDivElement>(null);
  const { virtualizer, newAbove } = useVirtualRows(rows, scroller);
  const columns = shownColumns();
  const template = columns.map(({ width }) => width).join(' ');
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
    event.stopPropagation();
  };
  const drawn = virtualizer.getVirtualItems();
  const isDrawn = drawn.some(({ index }) => rows[index]?.id === selectedId);

  return (
    <div
      class="table"
      role="grid"
      aria-label="Audit events, newest first"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isDrawn && selectedId !== undefined ? domId(selectedId) : undefined}
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
          {drawn.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const placed = { index, topPx: start, selected: row.id === selectedId };
            return row.kind === 'gap' ? (
              <GapLine key={row.id} {...placed} row={row} />
            ) : (
              <Line
                key={row.id}
                {...placed}
                row={row}
                columns={columns}
                onMenu={onMenu}
                onPick={() => {
                  onSelect(row.id);
                  onOpen();
                }}
              />
            );
          })}
        </div>
      </div>
      {newAbove > 0 && (
        <button
          type="button"
          class="newer"
          tabIndex={-1}
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
        >
          ↑ {newAbove.toLocaleString()} newer
        </button>
      )}
    </div>
  );
}
