/** All about one event: a sentence, its facts, what changed, its neighbours, its JSON. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { EventRow } from '../rows/row.ts';
import type { OpenMenu } from '../table/value-menu.tsx';
import { drawerWidthPx } from '../view/settings.ts';
import { showText } from '../view/show-text.ts';
import { Changes } from './changes.tsx';
import { factsOf } from './facts.ts';
import { JsonView } from './json-view.tsx';
import { Neighbours } from './neighbours.tsx';
import { summaryOf } from './summary.ts';

interface Props {
  readonly row: EventRow;
  readonly rows: readonly EventRow[];
  readonly whole: (id: string) => Promise<AuditEvent>;
  readonly onSelect: (id: string) => void;
  readonly onMenu: OpenMenu;
  readonly onClose: () => void;
}

export function Drawer({ row, rows, whole, onSelect, onMenu, onClose }: Props) {
  const { event, trouble } = useWhole(row, whole);
  const aside = useRef<HTMLElement>(null);
  useLayoutEffect(() => aside.current?.style.setProperty('--drawer', `${drawerWidthPx.value}px`));
  return (
    <aside ref={aside} class="drawer" aria-label="Event detail">
      <Resizer />
      <header>
        <h2>
          <bdi>{showText(event.action)}</bdi>
        </h2>
        <button type="button" class="quiet" aria-label="Close detail (Esc)" onClick={onClose}>
          ×
        </button>
      </header>
      <div class="drawer-body">
        <p class="sentence">
          <bdi>{showText(summaryOf(event))}</bdi>.
        </p>
        {event.message && (
          <p class="message">
            <bdi>{showText(event.message)}</bdi>
          </p>
        )}
        {trouble && (
          <p class="problem" role="alert">
            {trouble}
          </p>
        )}
        <dl class="facts">
          {factsOf(event).map(({ label, path, value }) => (
            <div key={`${label} ${value}`}>
              <dt>{label}</dt>
              <dd>
                {path === undefined ? (
                  <bdi>{showText(String(value))}</bdi>
                ) : (
                  <button
                    type="button"
                    class="value"
                    onClick={(click) => onMenu(click, { path, value, text: String(value) })}
                  >
                    <bdi>{showText(String(value))}</bdi>
                  </button>
                )}
              </dd>
            </div>
          ))}
        </dl>
        {event.changes && event.changes.length > 0 && (
          <section aria-labelledby="changes-title">
            <h3 id="changes-title">Changes</h3>
            <Changes changes={event.changes} />
          </section>
        )}
        <Neighbours event={event} rows={rows} onSelect={onSelect} />
        <section aria-labelledby="json-title">
          <h3 id="json-title">JSON</h3>
          <JsonView event={event} />
        </section>
      </div>
    </aside>
  );
}

/** A large event came trimmed: its whole is fetched when somebody looks. */
function useWhole(
  row: EventRow,
  fetchWhole: (id: string) => Promise<AuditEvent>,
): { event: AuditEvent; trouble?: string } {
  const [state, setState] = useState<{ id: string; event?: AuditEvent; trouble?: string }>({ id: row.id });
  useEffect(() => {
    if (!row.trimmed) return;
    let wanted = true;
    fetchWhole(row.id).then(
      (event) => wanted && setState({ id: row.id, event }),
      (error: Error) =>
        wanted &&
        setState({
          id: row.id,
          trouble: `Only a part of this large event could be loaded: ${error.message}`,
        }),
    );
    return () => {
      wanted = false;
    };
  }, [row.id]);
  if (state.id !== row.id) return { event: row.event };
  return { event: state.event ?? row.event, ...(state.trouble !== undefined && { trouble: state.trouble }) };
}

const MIN_PX = 320;
const STEP_PX = 24;

function Resizer() {
  const set = (px: number) => {
    drawerWidthPx.value = Math.round(Math.min(innerWidth * 0.7, Math.max(MIN_PX, px)));
  };
  const onPointerDown = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => set(innerWidth - move.clientX);
    handle.onpointerup = () => {
      handle.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
    if (by !== undefined) set(drawerWidthPx.value + by);
  };
  return (
    <div
      class="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the detail"
      aria-valuenow={drawerWidthPx.value}
      aria-valuemin={MIN_PX}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
