/** Puts a silence together: what it takes, how long, why, and which open alerts that would be. */
import { useState } from 'preact/hooks';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleLine, visibleText } from '../../../src/domain/visible-text.ts';
import { Severity } from '../table/marks.tsx';
import { Dialog } from '../view/dialog.tsx';
import { openAlerts } from './alert-book.ts';
import type { AlertWatch } from './alert-watch.ts';
import { takes } from './quiet.ts';
import { DURATIONS, type Duration, matchOf, type Part, partsOf, wishOf } from './silence-wish.ts';
import { useAct } from './use-act.ts';

interface Props {
  readonly alert: Alert;
  readonly watch: AlertWatch;
  readonly onClose: () => void;
}

const CHOICES: readonly (readonly [Duration, string])[] = [
  ...(Object.entries(DURATIONS) as [keyof typeof DURATIONS, { title: string }][]).map(
    ([key, { title }]) => [key, title] as const,
  ),
  ['until', 'until …'],
];
const SHOWN = 5;
const MAX_COMMENT_CHARS = 500;

export function SilenceDialog({ alert, watch, onClose }: Props) {
  const all = partsOf(alert);
  const [labels, setLabels] = useState<readonly string[]>(all.map(({ label }) => label));
  const [duration, setDuration] = useState<Duration>('2h');
  const [until, setUntil] = useState('');
  const [comment, setComment] = useState('');
  const [isTried, setIsTried] = useState(false);
  const acting = useAct();
  const parts = all.filter(({ label }) => labels.includes(label));
  const wished = wishOf({ parts, duration, until, comment }, Date.now());

  const submit = async (event: Event) => {
    event.preventDefault();
    setIsTried(true);
    if (!wished.ok) return;
    const { wish } = wished;
    if (await acting.run('silence', () => watch.silence(wish))) onClose();
  };
  const problem = acting.trouble ?? (isTried && !wished.ok ? wished.problem : undefined);
  return (
    <Dialog title="Silence alerts" onClose={onClose}>
      <form class="silence" onSubmit={(event) => void submit(event)} noValidate>
        <p class="message">
          Destinations hear nothing of new alerts that match. They stay on this page, and whoever heard of an
          alert still hears of its end.
        </p>
        <fieldset>
          <legend>Alerts with</legend>
          {all.map((part) => (
            <PartChoice
              key={part.label}
              part={part}
              isChosen={labels.includes(part.label)}
              onTurn={(isChosen) =>
                setLabels(isChosen ? [...labels, part.label] : labels.filter((label) => label !== part.label))
              }
            />
          ))}
        </fieldset>
        <fieldset class="durations">
          <legend>For</legend>
          {CHOICES.map(([key, title]) => (
            <label key={key}>
              <input
                type="radio"
                name="duration"
                checked={key === duration}
                onChange={() => setDuration(key)}
              />{' '}
              {title}
            </label>
          ))}
          {duration === 'until' && (
            <input
              type="datetime-local"
              aria-label="Until"
              value={until}
              onInput={(event) => setUntil(event.currentTarget.value)}
            />
          )}
        </fieldset>
        <label class="why">
          Why
          <input
            autofocus
            required
            maxLength={MAX_COMMENT_CHARS}
            value={comment}
            placeholder="Load test by Ada until 6 pm"
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        </label>
        <Taken parts={parts} watch={watch} />
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <p class="actions">
          <button type="submit" class="primary" aria-disabled={acting.busy !== undefined}>
            {acting.busy ? 'Silencing…' : 'Silence'}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}

interface PartProps {
  readonly part: Part;
  readonly isChosen: boolean;
  readonly onTurn: (isChosen: boolean) => void;
}

function PartChoice({ part, isChosen, onTurn }: PartProps) {
  return (
    <label class="part">
      <input type="checkbox" checked={isChosen} onChange={(event) => onTurn(event.currentTarget.checked)} />{' '}
      <span>{visibleLine(part.label)}</span> <b>{visibleText(part.value)}</b>
    </label>
  );
}

/** Which open alerts it would be, and the pattern itself. */
function Taken({ parts, watch }: { readonly parts: readonly Part[]; readonly watch: AlertWatch }) {
  const match = matchOf(parts);
  const open = openAlerts(watch.book.value);
  const taken = parts.length === 0 ? [] : open.filter(({ alert }) => takes(match, alert));
  return (
    <section class="taken" aria-label="What it takes">
      <h3>
        Takes {taken.length.toLocaleString()} of {open.length.toLocaleString()} open now
      </h3>
      <ul>
        {taken.slice(0, SHOWN).map(({ alert }) => (
          <li key={alert.alertId}>
            <Severity severity={alert.severity} /> <bdi>{visibleLine(alert.title)}</bdi>
          </li>
        ))}
        {taken.length > SHOWN && <li>and {(taken.length - SHOWN).toLocaleString()} more</li>}
      </ul>
      <pre class="pattern-text">{visibleText(JSON.stringify(match))}</pre>
    </section>
  );
}
