/** An event that something else names: fetched, and shown as in the live view. */
import { useEffect, useState } from 'preact/hooks';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { Choice } from '../filter/filter-state.ts';
import type { EventRow } from '../rows/row.ts';
import type { Live } from '../session/live.ts';
import type { Tab } from '../session/tab.ts';
import { type OpenedMenu, type OpenMenu, ValueMenu } from '../table/value-menu.tsx';
import { Drawer } from './drawer.tsx';
import { DrawerFrame } from './drawer-frame.tsx';

interface Props {
  readonly id: string;
  readonly live: Live;
  /** Whose rows are looked through for its neighbours. */
  readonly tab: Tab;
  readonly onSelect: (id: string) => void;
  readonly onFilter: (choice: Choice) => void;
  readonly onClose: () => void;
}

export function EventById({ id, live, tab, onSelect, onFilter, onClose }: Props) {
  const [found, setFound] = useState<{
    readonly of: string;
    readonly event?: AuditEvent;
    readonly trouble?: string;
  }>();
  const [menu, setMenu] = useState<OpenedMenu>();
  useEffect(() => {
    live.whole(id).then(
      (event) => setFound({ of: id, event }),
      (error: Error) => setFound({ of: id, trouble: error.message }),
    );
  }, [id]);
  const { event, trouble } = found?.of === id ? found : {};
  if (!event)
    return (
      <DrawerFrame
        label="Event detail"
        bodyLabel="The event"
        title={<code>{id}</code>}
        of={id}
        onClose={onClose}
      >
        {trouble ? (
          <p class="problem" role="alert">
            The event cannot be shown: {trouble}
          </p>
        ) : (
          <p class="message">Loading…</p>
        )}
      </DrawerFrame>
    );
  const openMenu: OpenMenu = (click, value) => {
    const { left, bottom } = (click.currentTarget as HTMLElement).getBoundingClientRect();
    setMenu({ ...value, xPx: click.clientX || left, yPx: click.clientY || bottom });
  };
  const rows = tab.rows.rows.filter((row): row is EventRow => row.kind === 'event');
  return (
    <>
      <Drawer
        row={rowOf(event)}
        rows={rows}
        whole={(of) => live.whole(of)}
        onSelect={onSelect}
        onMenu={openMenu}
        onClose={onClose}
      />
      {menu && <ValueMenu menu={menu} onChoose={onFilter} onClose={() => setMenu(undefined)} />}
    </>
  );
}

function rowOf(event: AuditEvent): EventRow {
  const atMs = Date.parse(event.recordedAt);
  return { kind: 'event', id: event.id, event, atMs, via: 'pull', arrivedAtMs: Date.now(), trimmed: false };
}
