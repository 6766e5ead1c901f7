/** The status of an alert as a shape and a word, so that colour alone says nothing. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { clock } from '../view/settings.ts';
import { showTime } from '../view/show-time.ts';
import { isOver } from './alert-book.ts';
import { quietInWords, statusInWords } from './in-words.ts';
import type { Quiet } from './quiet.ts';

const BELL = 'M2 9h8L9 7.5V5a3 3 0 0 0-6 0v2.5zM5 10.8h2';
const PATHS: Readonly<Record<Alert['status'] | 'quiet', string>> = {
  firing: BELL,
  acknowledged:
    'M1 6s1.8-3.3 5-3.3S11 6 11 6 9.2 9.3 6 9.3 1 6 1 6M6 4.8a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4',
  resolved: 'M2.5 6.5 5 9l4.5-6',
  quiet: `${BELL}M1.5 1.5l9 9`,
};

interface Props {
  readonly alert: Alert;
  readonly quiet: Quiet | undefined;
}

export function AlertStatus({ alert, quiet }: Props) {
  const isQuiet = quiet !== undefined && !isOver(alert);
  const words = isQuiet ? quietWords(alert, quiet) : statusInWords(alert);
  const text = visibleText(words);
  return (
    <span class={`mark alert-status ${isQuiet ? 'quiet' : alert.status}`} title={text}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={PATHS[isQuiet ? 'quiet' : alert.status]} />
      </svg>
      <bdi>{text}</bdi>
    </span>
  );
}

function quietWords(alert: Alert, quiet: Quiet): string {
  const why = quietInWords(quiet, timeInWords);
  return alert.status === 'acknowledged' ? `${statusInWords(alert)}, ${why}` : why;
}

/** To the second, in the viewer's clock; an age says nothing of what lies ahead. */
export function timeInWords(ms: number): string {
  const shown = clock.value === 'ago' ? 'local' : clock.value;
  return showTime(ms, shown, Date.now()).replace(/\.\d{3}$/, '');
}
