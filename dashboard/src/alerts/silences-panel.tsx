/** The silences: what nobody hears of now, who wanted it so and why; a word ends one. */
import { useState } from 'preact/hooks';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { nowMs } from '../view/now.ts';
import { ActButton } from './act-button.tsx';
import { timeInWords } from './alert-marks.tsx';
import type { AlertWatch } from './alert-watch.ts';
import { nameOf, silenceEndInWords } from './in-words.ts';
import { isActive } from './quiet.ts';
import { matchInWords } from './silence-wish.ts';
import { useAct } from './use-act.ts';

interface Props {
  readonly watch: AlertWatch;
  readonly refusal: string | undefined;
}

export function SilencesPanel({ watch, refusal }: Props) {
  const [withPast, setWithPast] = useState(false);
  const acting = useAct();
  const silences = watch.silences.value;
  const active = silences.filter((silence) => isActive(silence, nowMs.value));
  const past = silences.filter((silence) => !isActive(silence, nowMs.value));
  if (silences.length === 0) return null;
  const line = (silence: Silence, isOn: boolean) => (
    <SilenceLine
      key={silence.id}
      silence={silence}
      isOn={isOn}
      refusal={refusal}
      isBusy={acting.busy === silence.id}
      onEnd={() => void acting.run(silence.id, () => watch.endSilence(silence.id))}
    />
  );
  return (
    <section aria-label="Silences">
      <div class="list-head">
        <h2>
          {silencesInWords(active.length)}{' '}
          <small>
            {active.length > 0 && 'destinations hear nothing of alerts that match; this page shows them'}
          </small>
        </h2>
        {past.length > 0 && (
          <button type="button" class="quiet" aria-expanded={withPast} onClick={() => setWithPast(!withPast)}>
            {withPast ? 'Hide' : 'Show'} {past.length.toLocaleString()} past
          </button>
        )}
      </div>
      {acting.trouble && (
        <p class="problem" role="alert">
          The silence was not ended: {acting.trouble}
        </p>
      )}
      {(active.length > 0 || withPast) && (
        <ul class="silences">
          {active.map((silence) => line(silence, true))}
          {withPast && past.map((silence) => line(silence, false))}
        </ul>
      )}
    </section>
  );
}

function silencesInWords(count: number): string {
  if (count === 0) return 'No silence now';
  return count === 1 ? '1 silence' : `${count.toLocaleString()} silences`;
}

interface LineProps {
  readonly silence: Silence;
  readonly isOn: boolean;
  readonly refusal: string | undefined;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}

function SilenceLine({ silence, isOn, refusal, isBusy, onEnd }: LineProps) {
  const { match, author, comment } = silence;
  return (
    <li class={isOn ? 'silence-line' : 'silence-line past'}>
      <code title={JSON.stringify(match)}>{visibleText(matchInWords(match))}</code>
      <span class="silence-why">
        <bdi>{visibleText(comment)}</bdi>{' '}
        <small>
          <bdi>{visibleText(nameOf(author))}</bdi>,{' '}
          <bdi>{visibleText(silenceEndInWords(silence, isOn, timeInWords))}</bdi>
        </small>
      </span>
      {isOn && (
        <ActButton
          refusal={refusal}
          isBusy={isBusy}
          label={`End the silence: ${visibleText(comment)}`}
          onAct={onEnd}
        >
          {isBusy ? 'Ending…' : 'End'}
        </ActButton>
      )}
    </li>
  );
}
