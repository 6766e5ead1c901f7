/** Some of the events that made an alert fire; a click opens one whole. */
import type { AlertSample } from '../../../src/domain/alert/alert.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { Outcome } from '../table/marks.tsx';
import { timeInWords } from './alert-marks.tsx';

interface Props {
  readonly samples: readonly AlertSample[];
  readonly onEvent: (eventId: string) => void;
}

export function Samples({ samples, onEvent }: Props) {
  return (
    <ul class="neighbours">
      {samples.map(({ id, occurredAt, action, outcome, actor }) => (
        <li key={id}>
          <button type="button" class="value" onClick={() => onEvent(id)}>
            <time>{timeInWords(Date.parse(occurredAt))}</time>
            <bdi>
              {visibleText(action)} <small>{visibleText(actor.name ?? actor.id)}</small>
            </bdi>
            <Outcome outcome={outcome} />
          </button>
        </li>
      ))}
    </ul>
  );
}
