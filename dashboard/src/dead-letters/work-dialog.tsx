/** Replay or purge: first how many it would be, then with the viewer's word step by step, then what came of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Counted, Stepped } from '../../../src/domain/dead-letters/answers.ts';
import { NOTHING_YET, type Progress } from '../../../src/domain/dead-letters/progress.ts';
import type { Selection } from '../../../src/domain/dead-letters/selection.ts';
import { Dialog } from '../view/dialog.tsx';
import { letters, skippedInWords } from './in-words.ts';
import { ACT_OF, type RunEnd, runSteps, sumOf, type Work } from './run-steps.ts';

interface Props {
  readonly work: Work;
  readonly selection: Selection;
  /** What is selected, in words. */
  readonly what: string;
  readonly act: (what: (typeof ACT_OF)[Work], args: object) => Promise<unknown>;
  readonly onClose: () => void;
}

type Stage =
  | { readonly kind: 'counting' }
  | { readonly kind: 'counted'; readonly dry: Stepped }
  | { readonly kind: 'running'; readonly dry: Stepped; readonly progress: Progress }
  | { readonly kind: 'over'; readonly dry: Stepped; readonly end: RunEnd }
  | { readonly kind: 'failed'; readonly trouble: string };

const TITLES = { replay: 'Replay dead letters', purge: 'Purge dead letters' } as const;
const DONE = { replay: 'replayed', purge: 'purged' } as const;
const RATE = 50;

export function WorkDialog({ work, selection, what, act, onClose }: Props) {
  const [stage, setStage] = useState<Stage>({ kind: 'counting' });
  const [force, setForce] = useState(false);
  const [rate, setRate] = useState(RATE);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  useEffect(() => {
    setStage({ kind: 'counting' });
    act(ACT_OF[work], { selection, dryRun: true, ...(force && { force }) }).then(
      (dry) => setStage({ kind: 'counted', dry: dry as Stepped }),
      (error: Error) => setStage({ kind: 'failed', trouble: error.message }),
    );
  }, [force]);

  const start = async (dry: Stepped) => {
    setStage({ kind: 'running', dry, progress: NOTHING_YET });
    const end = await runSteps({
      work,
      selection,
      force,
      rate,
      act,
      stop: stop.current.signal,
      onProgress: (now) => setStage({ kind: 'running', dry, progress: now }),
    });
    setStage({ kind: 'over', dry, end });
  };

  return (
    <Dialog title={TITLES[work]} onClose={onClose}>
      <p class="message">{what}</p>
      {stage.kind === 'counting' && <p role="status">Counting…</p>}
      {stage.kind === 'failed' && (
        <p class="problem" role="alert">
          {stage.trouble}
        </p>
      )}
      {stage.kind === 'counted' && (
        <Confirm
          work={work}
          dry={stage.dry}
          force={force}
          rate={rate}
          onForce={setForce}
          onRate={setRate}
          onStart={() => void start(stage.dry)}
        />
      )}
      {stage.kind === 'running' && <Running work={work} {...stage} onStop={() => stop.current.abort()} />}
      {stage.kind === 'over' && <Result work={work} {...stage} onClose={onClose} />}
    </Dialog>
  );
}

const countOf = (dry: Stepped) => dry.replayed ?? dry.purged ?? 0;

interface ConfirmProps {
  readonly work: Work;
  readonly dry: Stepped;
  readonly force: boolean;
  readonly rate: number;
  readonly onForce: (force: boolean) => void;
  readonly onRate: (rate: number) => void;
  readonly onStart: () => void;
}

function Confirm({ work, dry, force, rate, onForce, onRate, onStart }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const count = countOf(dry);
  const isMeant = work === 'replay' || typed.trim() === String(count);
  const often = force || dry.skipped.some(({ reason }) => reason === 'replayed_often');
  const submit = (event: Event) => {
    event.preventDefault();
    if (count > 0 && isMeant) onStart();
  };
  return (
    <form class="work" onSubmit={submit}>
      <p>
        <b>
          {dry.isComplete ? '' : 'At least '}
          {letters(count)}
        </b>{' '}
        {work === 'replay'
          ? 'would go back to the queue where they died, to be tried from the start.'
          : 'would be deleted for good. Their events stay in the trail for as long as it keeps them; the destination never gets them.'}
      </p>
      <Left title="These would stay:" counts={dry.skipped} />
      {work === 'replay' && often && (
        <label>
          <input type="checkbox" checked={force} onChange={(event) => onForce(event.currentTarget.checked)} />{' '}
          also those that were replayed three times or more
        </label>
      )}
      <label>
        At most{' '}
        <input
          type="number"
          min="1"
          max="1000"
          required
          value={rate}
          onInput={(event) => onRate(Math.max(1, Number(event.currentTarget.value) || 1))}
        />{' '}
        letters a second
      </label>
      {work === 'purge' && count > 0 && (
        <label>
          To do it, type the number of letters, <b>{count}</b>:{' '}
          <input
            aria-label="Number of letters"
            inputMode="numeric"
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
      )}
      <p>
        <button
          type="submit"
          class={work === 'purge' ? 'danger' : 'primary'}
          disabled={count === 0 || !isMeant}
        >
          {work === 'replay' ? 'Replay' : 'Purge'} {letters(count)}
        </button>
      </p>
    </form>
  );
}

interface RunningProps {
  readonly work: Work;
  readonly dry: Stepped;
  readonly progress: Progress;
  readonly onStop: () => void;
}

function Running({ work, dry, progress, onStop }: RunningProps) {
  const total = Math.max(1, countOf(dry));
  return (
    <div class="work">
      <progress aria-label={`Letters ${DONE[work]}`} value={Math.min(progress.moved, total)} max={total} />
      <p role="status">
        {progress.moved.toLocaleString()} of {countOf(dry).toLocaleString()} {DONE[work]}
      </p>
      <p>
        <button type="button" onClick={onStop}>
          Stop
        </button>{' '}
        <small>What is {DONE[work]} already stays so.</small>
      </p>
    </div>
  );
}

interface ResultProps {
  readonly work: Work;
  readonly dry: Stepped;
  readonly end: RunEnd;
  readonly onClose: () => void;
}

/** The counts add up to what the dry run met; what died since was not among it. */
function Result({ work, dry, end, onClose }: ResultProps) {
  const { moved, failed, skipped } = end;
  const stayed = skipped.filter(({ reason }) => reason !== 'died_since');
  const diedSince = sumOf(skipped) - sumOf(stayed);
  const reached = moved + sumOf(stayed) + sumOf(failed);
  const left = Math.max(0, countOf(dry) + sumOf(dry.skipped) - reached);
  return (
    <div class="work">
      <p
        class={end.end.kind === 'complete' && failed.length === 0 ? 'verdict good' : 'verdict bad'}
        role="status"
      >
        {endInWords(work, end)}
      </p>
      <table class="books">
        <tbody>
          <Count title={work === 'replay' ? 'Replayed' : 'Purged'} count={moved} />
          {stayed.map(({ reason, count }) => (
            <Count key={reason} title={`Stayed: ${skippedInWords(reason)}`} count={count} />
          ))}
          {failed.map(({ reason, count }) => (
            <Count key={reason} title={`Failed: ${reason}`} count={count} />
          ))}
          {left > 0 && <Count title="Not reached" count={left} />}
          <Count title="In all" count={reached + left} />
        </tbody>
      </table>
      {diedSince > 0 && <p class="verdict bad">{letters(diedSince)} died since this began, or died again.</p>}
      {work === 'replay' && moved > 0 && (
        <p class="message">They are being delivered now: what comes of it stands under Deliveries.</p>
      )}
      <p>
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </p>
    </div>
  );
}

function endInWords(work: Work, { moved, failed, end }: RunEnd): string {
  switch (end.kind) {
    case 'complete':
      return failed.length > 0 ? `Done, but some failed.` : `Done: ${letters(moved)} ${DONE[work]}.`;
    case 'stopped':
      return `Stopped: ${letters(moved)} ${DONE[work]}. Begin again to go on.`;
    case 'failed':
      return `It broke off: ${end.trouble}. Begin again to go on.`;
  }
}

function Count({ title, count }: { readonly title: string; readonly count: number }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>{count.toLocaleString()}</td>
    </tr>
  );
}

function Left({ title, counts }: { readonly title: string; readonly counts: readonly Counted[] }) {
  if (counts.length === 0) return null;
  return (
    <div>
      <p>{title}</p>
      <ul>
        {counts.map(({ reason, count }) => (
          <li key={reason}>
            {letters(count)}: {skippedInWords(reason)}
          </li>
        ))}
      </ul>
    </div>
  );
}
