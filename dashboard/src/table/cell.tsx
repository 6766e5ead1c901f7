/** One value of one row; clicking it offers to filter for it. */
import type { ComponentChildren } from 'preact';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { Column } from '../rows/columns.ts';
import type { EventRow } from '../rows/row.ts';
import { nowMs } from '../view/now.ts';
import { clock } from '../view/settings.ts';
import { showDayAndTime, showTime } from '../view/show-time.ts';
import { Outcome, Severity } from './marks.tsx';
import type { OpenMenu } from './value-menu.tsx';

interface Props {
  readonly column: Column;
  readonly row: EventRow;
  readonly onMenu: OpenMenu;
}

export function Cell({ column, row, onMenu }: Props) {
  const { key, path, text, value } = column;
  if (key === 'time') return <TimeCell row={row} />;
  const shown = text(row.event);
  const filterValue = path === undefined ? undefined : (value?.(row.event) ?? shown);
  return (
    <div role="gridcell" class={`cell ${key}`} title={visibleText(shown)}>
      {path === undefined || filterValue === undefined || shown === '' ? (
        <bdi>{visibleText(shown)}</bdi>
      ) : (
        <button
          type="button"
          class="value"
          tabIndex={-1}
          onClick={(event) => onMenu(event, { path, value: filterValue, text: shown })}
        >
          {drawn(key, row, shown)}
        </button>
      )}
    </div>
  );
}

function drawn(key: string, { event }: EventRow, shown: string): ComponentChildren {
  if (key === 'severity') return <Severity severity={event.severity} />;
  if (key === 'outcome') return <Outcome outcome={event.outcome} />;
  return <bdi>{visibleText(shown)}</bdi>;
}

function TimeCell({ row: { event } }: { readonly row: EventRow }) {
  const ms = Date.parse(event.occurredAt);
  const isAge = clock.value === 'ago';
  const title = `${showDayAndTime(ms, false)} here · ${event.occurredAt} UTC · recorded ${event.recordedAt}`;
  return (
    <div role="gridcell" class="cell time" title={title}>
      {showTime(ms, clock.value, isAge ? Math.max(nowMs.value, ms) : Date.now())}
    </div>
  );
}
