/** How one destination does: whether it takes anything now, and where its messages are. */
import type { ComponentChildren } from 'preact';
import type { DestinationFigures } from '../../../src/domain/deliveries.ts';
import { clock } from '../view/settings.ts';
import { showTime } from '../view/show-time.ts';
import { stateInWords } from './in-words.ts';

interface Props {
  readonly figures: DestinationFigures;
  readonly isChosen: boolean;
  readonly lettersHref: string;
  readonly onChoose: () => void;
  readonly onLetters: () => void;
  readonly children?: ComponentChildren;
}

export function DestinationCard({ figures, isChosen, lettersHref, onChoose, onLetters, children }: Props) {
  const { name, title, takes, waiting, dead, delivered, state, lastAtMs } = figures;
  return (
    <li class={`destination ${state.kind}`}>
      <div class="destination-head">
        <button
          type="button"
          class="destination-name"
          aria-pressed={isChosen}
          title={isChosen ? 'Show the attempts of all destinations' : 'Show only its attempts'}
          onClick={onChoose}
        >
          {name}
        </button>
        <small>
          {name === title.toLowerCase() ? '' : `${title} · `}
          {takes}
        </small>
      </div>
      <p class="state" title={state.kind === 'well' ? undefined : state.reason}>
        <span class="dot" aria-hidden="true" /> {stateInWords(state)}
      </p>
      <dl class="figures">
        <div>
          <dt>Waiting</dt>
          <dd class={waiting > 0 && state.kind !== 'well' ? 'warn' : ''}>{waiting.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Dead</dt>
          <dd class={dead > 0 ? 'bad' : ''}>
            {dead === 0 ? (
              '0'
            ) : (
              <a
                href={lettersHref}
                title={`The dead letters of ${name}`}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey) return;
                  event.preventDefault();
                  onLetters();
                }}
              >
                {dead.toLocaleString()}
              </a>
            )}
          </dd>
        </div>
        <div>
          <dt>Delivered</dt>
          <dd>{delivered.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Last sent</dt>
          <dd>
            {lastAtMs === undefined
              ? 'none yet'
              : showTime(lastAtMs, clock.value, Date.now()).replace(/\.\d{3}$/, '')}
          </dd>
        </div>
      </dl>
      {children}
    </li>
  );
}
