/** One line of the table: an event, or a span that could not be proven. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Column } from '../rows/columns.ts';
import type { EventRow, GapRow } from '../rows/row.ts';
import { showClock } from '../view/show-time.ts';
import { Cell } from './cell.tsx';
import type { OpenMenu } from './value-menu.tsx';

interface Placed {
  readonly index: number;
  readonly topPx: number;
  readonly selected: boolean;
}

interface LineProps extends Placed {
  readonly row: EventRow;
  readonly columns: readonly Column[];
  readonly onMenu: OpenMenu;
  readonly onPick: () => void;
}

/** A row that was just pushed is tinted for so long. */
const FRESH_MS = 1500;

export function Line({ row, columns, onMenu, onPick, ...placed }: LineProps) {
  const isFresh = row.via === 'push' && Date.now() - row.arrivedAtMs < FRESH_MS;
  return (
    <Placed {...placed} id={row.id} kind={`${row.event.severity}${isFresh ? ' fresh' : ''}`} onPick={onPick}>
      {columns.map((column) => (
        <Cell key={column.key} column={column} row={row} onMenu={onMenu} />
      ))}
    </Placed>
  );
}

export function GapLine({ row: { id, reason, fromMs, atMs }, ...placed }: Placed & { readonly row: GapRow }) {
  const span = `between ${showClock(fromMs)} and ${showClock(atMs)}`;
  return (
    <Placed {...placed} id={id} kind="gap">
      <div role="gridcell" class="cell wide">
        {reason === 'retention'
          ? `Gap: what was recorded ${span} is no longer kept, so this view cannot prove it. Ask an operator for a replay from the archive.`
          : `Gap: ${span} more came than this page can remember, so a row may be missing or twice. Reload to be certain.`}
      </div>
    </Placed>
  );
}

interface PlacedProps extends Placed {
  readonly id: string;
  readonly kind: string;
  readonly onPick?: () => void;
  readonly children: ComponentChildren;
}

function Placed({ id, index, topPx, selected, kind, onPick, children }: PlacedProps) {
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
