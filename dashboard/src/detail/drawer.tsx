/** All about one event: a sentence, its facts, what changed, its neighbours, its JSON. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { EventRow } from '../rows/row.ts';
import { Outcome, Severity } from '../table/marks.tsx';
import type { OpenMenu } from '../table/value-menu.tsx';
import { Changes } from './changes.tsx';
import { DrawerFrame } from './drawer-frame.tsx';
import { Facts } from './fact-list.tsx';
import { JsonView } from './json-view.tsx';
import { Neighbours } from './neighbours.tsx';
import { summaryOf } from './summary.ts';
import { useWhole } from './use-whole.ts';

interface Props {
  readonly row: EventRow;
  readonly rows: readonly EventRow[];
  readonly whole: (id: string) => Promise<AuditEvent>;
  readonly onSelect: (id: string) => void;
  readonly onMenu: OpenMenu;
  readonly onClose: () => void;
}

export function Drawer({ row, rows, whole, onSelect, onMenu, onClose }: Props) {
  const { event, state, trouble } = useWhole(row, whole);
  return (
    <DrawerFrame
      label="Event detail"
      bodyLabel="All about this event"
      title={<bdi>{visibleText(event.action)}</bdi>}
      marks={
        <>
          <Severity severity={event.severity} /> <Outcome outcome={event.outcome} />
        </>
      }
      of={row.id}
      onClose={onClose}
    >
      <p class="sentence">
        <bdi>{visibleText(summaryOf(event))}</bdi>.
      </p>
      {event.message && (
        <p class="message">
          <bdi>{visibleText(event.message)}</bdi>
        </p>
      )}
      {state === 'loading' && <p class="message">A large event: loading the rest of it…</p>}
      {trouble && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      {event.changes && event.changes.length > 0 && (
        <section aria-labelledby="changes-title">
          <h3 id="changes-title">Changes</h3>
          <Changes changes={event.changes} />
        </section>
      )}
      <Facts event={event} onMenu={onMenu} />
      <Neighbours event={event} rows={rows} onSelect={onSelect} />
      <section aria-labelledby="json-title">
        <h3 id="json-title">JSON</h3>
        <JsonView key={event.id} value={event} title="The event as JSON" />
      </section>
    </DrawerFrame>
  );
}
