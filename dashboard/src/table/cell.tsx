/** One value of one row; clicking it offers to filter for it. */
import { useSignal } from '@preact/signals';
import type { Column } from '../rows/columns.ts';
import type { EventRow } from '../rows/row.ts';
import { clock } from '../view/settings.ts';
import { showText } from '../view/show-text.ts';
import { showTime } from '../view/show-time.ts';
import type { OpenMenu } from './value-menu.tsx';

interface Props {
  readonly column: Column;
  readonly row: EventRow;
  readonly onMenu: OpenMenu;
}

export function Cell({ column, row, onMenu }: Props) {
  const { key, path, text, value } = column;
  const shown = text(row.event);
  if (key === 'time') return <TimeCell row={row} />;
  if (key === 'severity')
    return (
      <div role="gridcell" class="cell">
        <Severity severity={row.event.severity} onMenu={onMenu} />
      </div>
    );
  const filterValue = path === undefined ? undefined : (value?.(row.event) ?? shown);
  return (
    <div
      role="gridcell"
      class={`cell ${key} ${key === 'outcome' ? row.event.outcome : ''}`}
      title={showText(shown)}
    >
      {path === undefined || shown === '' ? (
        <bdi>{showText(shown)}</bdi>
      ) : (
        <button
          type="button"
          class="value"
          tabIndex={-1}
          onClick={(event) => onMenu(event, { path, value: filterValue as string, text: shown })}
        >
          <bdi>{showText(shown)}</bdi>
        </button>
      )}
    </div>
  );
}

function TimeCell({ row }: { readonly row: EventRow }) {
  const nowMs = useSignal(Date.now());
  const ms = Date.parse(row.event.occurredAt);
  return (
    <div
      role="gridcell"
      class="cell time"
      title={`occurred ${row.event.occurredAt}, recorded ${row.event.recordedAt}`}
    >
      {showTime(ms, clock.value, clock.value === 'ago' ? Date.now() : nowMs.value)}
    </div>
  );
}

/** A shape as well as a colour: ○ ◔ ◑ ◕ ●. */
const SHAPES = { info: '○', low: '◔', medium: '◑', high: '◕', critical: '●' } as const;

export function Severity({
  severity,
  onMenu,
}: {
  readonly severity: keyof typeof SHAPES;
  readonly onMenu: OpenMenu;
}) {
  return (
    <button
      type="button"
      class={`value severity ${severity}`}
      tabIndex={-1}
      onClick={(event) => onMenu(event, { path: 'severity', value: severity, text: severity })}
    >
      <span aria-hidden="true">{SHAPES[severity]}</span> {severity}
    </button>
  );
}
