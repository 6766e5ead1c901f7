/** What else the same actor did, and what else belongs to the same correlation: among the rows of this tab. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { EventRow } from '../rows/row.ts';
import { showClock } from '../view/show-time.ts';

const SHOWN = 8;

interface Props {
  readonly event: AuditEvent;
  readonly rows: readonly EventRow[];
  readonly onSelect: (id: string) => void;
}

export function Neighbours({ event, rows, onSelect }: Props) {
  const correlationId = event.context?.correlationId;
  const others = rows.filter(({ id }) => id !== event.id);
  const byCorrelation =
    correlationId === undefined
      ? []
      : others.filter((row) => row.event.context?.correlationId === correlationId);
  const byActor = others.filter((row) => row.event.actor.id === event.actor.id);
  return (
    <>
      {correlationId !== undefined && (
        <List title="Same correlation" rows={byCorrelation} onSelect={onSelect} />
      )}
      <List title="Same actor" rows={byActor} onSelect={onSelect} />
    </>
  );
}

function List({
  title,
  rows,
  onSelect,
}: {
  readonly title: string;
  readonly rows: readonly EventRow[];
  readonly onSelect: (id: string) => void;
}) {
  return (
    <section aria-label={title}>
      <h3>
        {title}{' '}
        <small>{rows.length === 0 ? 'nothing else in this view' : `${rows.length} in this view`}</small>
      </h3>
      <ul class="neighbours">
        {rows.slice(0, SHOWN).map(({ id, event }) => (
          <li key={id}>
            <button type="button" class="value" onClick={() => onSelect(id)}>
              <time>{showClock(Date.parse(event.occurredAt))}</time> <bdi>{visibleText(event.action)}</bdi>{' '}
              <span class={event.outcome}>{event.outcome}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
