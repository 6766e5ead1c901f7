/** A table of a few hundred rows at most, with the keys of the live table: arrows choose, Enter opens. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface ListColumn<T> {
  readonly key: string;
  /** How it looks, where it is no plain text. */
  readonly as?: 'number' | 'time' | 'action' | 'id';
  readonly title: string;
  /** As in `grid-template-columns`. */
  readonly width: string;
  readonly cell: (row: T) => ComponentChildren;
}

interface Props<T> {
  readonly label: string;
  readonly name: string;
  readonly rows: readonly T[];
  readonly columns: readonly ListColumn<T>[];
  readonly idOf: (row: T) => string;
  readonly selectedId: string | undefined;
  readonly onOpen: (row: T) => void;
}

const PAGE_ROWS = 15;

export function RowList<T>({ label, name, rows, columns, idOf, selectedId, onOpen }: Props<T>) {
  const grid = useRef<HTMLDivElement>(null);
  const template = columns.map(({ width }) => width).join(' ');
  useLayoutEffect(() => grid.current?.style.setProperty('--columns', template), [template]);
  const domId = (row: T) => `${name}-${idOf(row).replace(/[^\w-]/g, '_')}`;
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => idOf(row) === selectedId);
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
      Home: -rows.length,
      End: rows.length,
      Enter: 0,
    };
    const by = moves[event.key];
    if (by === undefined || event.target !== grid.current) return;
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (row === undefined) return;
    onOpen(row);
    document.getElementById(domId(row))?.scrollIntoView({ block: 'nearest' });
    event.preventDefault();
    event.stopPropagation();
  };
  const selected = rows.find((row) => idOf(row) === selectedId);
  return (
    <div
      class="row-list"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={selected && domId(selected)}
      tabIndex={0}
      ref={grid}
      onKeyDown={onKeyDown}
    >
      <div class="head row" role="row" aria-rowindex={1}>
        {columns.map(({ key, title, as }) => (
          <div key={key} role="columnheader" class={`cell ${as ?? ''}`}>
            {title}
          </div>
        ))}
      </div>
      {rows.map((row, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
        <div
          key={idOf(row)}
          id={domId(row)}
          class="row"
          role="row"
          aria-rowindex={i + 2}
          aria-selected={idOf(row) === selectedId}
          onClick={() => onOpen(row)}
        >
          {columns.map(({ key, cell, as }) => (
            <div key={key} role="gridcell" class={`cell ${as ?? ''}`}>
              {cell(row)}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
