/** All about one dead letter: why it died, what the vendor said, how often it was tried and sent back, and its event. */
import { useEffect, useState } from 'preact/hooks';
import {
  type DeadLetter,
  eventIdOf,
  type LetterSummary,
} from '../../../src/domain/dead-letters/dead-letter.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { reasonInWords } from '../deliveries/in-words.ts';
import { DrawerFrame } from '../detail/drawer-frame.tsx';
import { JsonView } from '../detail/json-view.tsx';
import { clock } from '../view/settings.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { letterKey } from './letters-tables.tsx';
import type { Work } from './run-steps.ts';

/** As the server tells it: a large event comes trimmed. */
type ToldLetter = DeadLetter & {
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
};

interface Props {
  readonly letter: LetterSummary;
  readonly load: (letter: LetterSummary) => Promise<unknown>;
  readonly onWork: (work: Work) => void;
  readonly onClose: () => void;
}

interface Found {
  readonly of: string;
  readonly letter?: ToldLetter;
  readonly trouble?: string;
}

export function LetterDrawer({ letter, load, onWork, onClose }: Props) {
  const key = letterKey(letter);
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    load(letter).then(
      (whole) => setFound({ of: key, letter: whole as ToldLetter }),
      (error: Error) => setFound({ of: key, trouble: error.message }),
    );
  }, [key]);
  const { letter: whole, trouble } = found?.of === key ? found : {};
  return (
    <DrawerFrame
      label="Dead letter"
      bodyLabel="All about this dead letter"
      title={<bdi>{visibleText(letter.action ?? 'No event')}</bdi>}
      marks={<span>given up by {letter.queue}</span>}
      of={key}
      onClose={onClose}
    >
      <p class="sentence">
        Given up: <bdi>{visibleText(reasonInWords(letter.reason))}</bdi>.
      </p>
      <p class="actions">
        <button type="button" onClick={() => onWork('replay')}>
          Replay this letter…
        </button>
        <button type="button" onClick={() => onWork('purge')}>
          Purge this letter…
        </button>
      </p>
      {trouble && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      {!whole && !trouble && <p class="message">Loading…</p>}
      {whole && <Whole letter={whole} />}
    </DrawerFrame>
  );
}

function Whole({ letter }: { readonly letter: ToldLetter }) {
  const { queue, messageId, reason, detail, status, receiveCount, acceptedAtMs, deadAtMs, replays, trimmed } =
    letter;
  const when = (ms: number) => showDayAndTime(ms, clock.value === 'utc');
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Reason', reason],
    ['Last said', detail === undefined ? undefined : inWords(detail)],
    ['Vendor’s status', status === undefined ? undefined : String(status)],
    ['Tries', String(receiveCount)],
    ['Accepted', when(acceptedAtMs)],
    ['Died', when(deadAtMs)],
    ['Queue', queue],
    ['Message', messageId],
    ['Event', eventIdOf(letter)],
    ['Source', letter.event.source],
  ];
  return (
    <>
      <section aria-label="Why and when">
        <h3>Why and when</h3>
        <dl class="facts">
          {facts.map(
            ([label, value]) =>
              value !== undefined && (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    <bdi>{visibleText(value)}</bdi>
                  </dd>
                </div>
              ),
          )}
        </dl>
      </section>
      <section aria-label="Earlier replays">
        <h3>
          Earlier replays{' '}
          <small>
            {replays === undefined
              ? 'none'
              : `${replays.count}${replays.count > replays.last.length ? ', the last of them' : ''}`}
          </small>
        </h3>
        <ul>
          {replays?.last.map(({ atMs, by, run }) => (
            <li key={`${atMs} ${run}`}>
              {when(atMs)} by <bdi>{visibleText(by)}</bdi> <small>{run}</small>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="json-title">
        <h3 id="json-title">JSON</h3>
        {trimmed && (
          <p class="message">
            A large event, shown in part: {(trimmed.bytes / 1024).toFixed(0)} KB in all, cut at{' '}
            <code>{trimmed.paths.join(', ')}</code>
          </p>
        )}
        <JsonView key={messageId} value={letter.event.detail} title="The event as JSON" />
      </section>
    </>
  );
}

/** A code and what it means; a sentence of the server stays as it is. */
function inWords(detail: string): string {
  const words = reasonInWords(detail);
  return words === detail ? detail : `${detail}: ${words}`;
}
