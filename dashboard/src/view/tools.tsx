/** What can be done with the rows of a tab: hold them, choose their columns, take them home. */
import { useState } from 'preact/hooks';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { toCsv, toNdjson } from '../rows/download.ts';
import type { EventRow } from '../rows/row.ts';
import { wholeEvents } from '../rows/whole-events.ts';
import type { Tab } from '../session/tab.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { Popover } from './popover.tsx';
import { saveFile } from './save-file.ts';
import { shownColumns } from './settings.ts';

interface Props {
  readonly tab: Tab;
  readonly whole: (id: string) => Promise<AuditEvent>;
  readonly onPause: () => void;
}

export function Tools({ tab: { rows, paused }, whole, onPause }: Props) {
  const [said, setSaid] = useState('');
  const shown = () => rows.rows.filter((row): row is EventRow => row.kind === 'event');
  const saveNdjson = async () => {
    setSaid('Collecting…');
    const { events, partial } = await wholeEvents(shown(), whole);
    saveFile('audit-events.ndjson', 'application/x-ndjson', toNdjson(events));
    setSaid(
      partial > 0 ? `${partial} large events could only be saved in part: try again when connected.` : '',
    );
  };
  const saveCsv = () => {
    const events = shown().map(({ event }) => event);
    saveFile('audit-events.csv', 'text/csv', toCsv(events, shownColumns()));
  };
  return (
    <div class="tools">
      <span class="count">
        {rows.dropped > 0 && 'newest '}
        {rows.rows.length.toLocaleString()} {rows.rows.length === 1 ? 'row' : 'rows'}
      </span>
      <button
        type="button"
        class={paused.value ? 'pause primary' : 'pause'}
        aria-pressed={paused.value}
        title="Space"
        onClick={onPause}
      >
        {paused.value ? `Resume · ${rows.waiting.toLocaleString()} waiting` : 'Pause'}
      </button>
      <ColumnsMenu />
      <Popover title="Download">
        <button type="button" onClick={() => void saveNdjson()}>
          NDJSON, whole events
        </button>
        <button type="button" onClick={saveCsv}>
          CSV, shown columns
        </button>
        {said && <p role="status">{said}</p>}
      </Popover>
    </div>
  );
}
