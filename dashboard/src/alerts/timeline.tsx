/** How an alert went on, from its firing until now. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { AlertStep } from '../../../src/domain/alert/alert-record.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { clock } from '../view/settings.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { timeInWords } from './alert-marks.tsx';
import { channelsInWords } from './alerts-table.tsx';
import { type Chapter, changeInWords, chaptersOf, eventsInWords, quietInWords } from './in-words.ts';

interface Props {
  readonly alert: Alert;
  readonly steps: readonly AlertStep[];
}

export function Timeline({ alert, steps }: Props) {
  return (
    <ol class="timeline">
      {chaptersOf(steps).map((chapter) => (
        <Entry key={chapter.step.sequence} chapter={chapter} alert={alert} />
      ))}
    </ol>
  );
}

function Entry({ chapter, alert }: { readonly chapter: Chapter; readonly alert: Alert }) {
  const { change, occurredAt, count, channels, suppressedBy } = chapter.step;
  const ms = Date.parse(occurredAt);
  const told = suppressedBy ? quietInWords(suppressedBy, timeInWords) : `told: ${channelsInWords(channels)}`;
  return (
    <>
      {chapter.leftOut > 0 && (
        <li>
          <span />
          <small>{chapter.leftOut.toLocaleString()} notices between are not kept</small>
        </li>
      )}
      <li class={change}>
        <time title={showDayAndTime(ms, clock.value === 'utc')}>{timeInWords(ms)}</time>
        <div>
          <b>
            <bdi>{visibleText(changeInWords(chapter, alert))}</bdi>
          </b>{' '}
          <small>
            {eventsInWords(count)} · <bdi>{visibleText(told)}</bdi>
          </small>
        </div>
      </li>
    </>
  );
}
