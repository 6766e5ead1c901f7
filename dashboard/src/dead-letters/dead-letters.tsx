/** The workbench: what was given up, why, and what can be done about it. */
import { useRef, useState } from 'preact/hooks';
import type { Listed } from '../../../src/domain/dead-letters/answers.ts';
import type { LetterSummary } from '../../../src/domain/dead-letters/dead-letter.ts';
import type { Selection } from '../../../src/domain/dead-letters/selection.ts';
import { useKeys } from '../view/use-keys.ts';
import { usePolled } from '../view/use-polled.ts';
import { AGES, type LettersChoice } from '../view/views.ts';
import type { PartProps } from '../view-part.tsx';
import { letters as inLetters } from './in-words.ts';
import { LetterDrawer } from './letter-drawer.tsx';
import { LettersFilter } from './letters-filter.tsx';
import { GroupsTable, LettersTable, letterKey } from './letters-tables.tsx';
import type { Work } from './run-steps.ts';
import { type Chosen, choiceOf, selectionOf } from './selection.ts';
import { WorkDialog } from './work-dialog.tsx';

const EVERY_MS = 3_000;
/** Once more than a page was asked for, the list stays as it is until somebody looks again. */
const NEVER_MS = 2 ** 30;

interface Working {
  readonly work: Work;
  readonly selection: Selection;
  readonly what: string;
}

export function DeadLetters({
  choice,
  live,
  onView,
  onHelp,
}: PartProps & { readonly choice: LettersChoice }) {
  const chosen = selectionOf(choice);
  const [isLonger, setIsLonger] = useState(false);
  const list = (args: object) => live.client.act('dead-letters', args) as Promise<Listed>;
  const polled = usePolled<Listed>(
    async (last) => {
      if (isLonger && last) return last;
      return chosen.ok ? list({ selection: chosen.selection }) : NOTHING;
    },
    { key: JSON.stringify(chosen), everyMs: isLonger ? NEVER_MS : EVERY_MS },
  );
  const [opened, setOpened] = useState<LetterSummary>();
  const [working, setWorking] = useState<Working>();
  useKeys({ '?': onHelp, Escape: () => setOpened(undefined) });
  const { answer, trouble } = polled;
  const seen = useSeen(answer);

  const choose = (to: LettersChoice) => {
    setIsLonger(false);
    onView({ kind: 'dead-letters', choice: to });
  };
  const lookAgain = () => {
    setIsLonger(false);
    polled.again();
  };
  const showMore = async (next: string) => {
    const more = await list({ ...(chosen.ok && { selection: chosen.selection }), next });
    setIsLonger(true);
    polled.change((last) => ({ ...more, groups: last.groups, letters: [...last.letters, ...more.letters] }));
  };
  const begin = (work: Work) => {
    if (chosen.ok)
      setWorking({ work, selection: chosen.selection, what: `Dead letters ${inWords(choice)}.` });
  };

  return (
    <>
      <LettersFilter choice={choice} {...seen} problem={problemOf(chosen)} onChange={choose} />
      <main id="view" class="operator" aria-label="Dead letters">
        {trouble && (
          <p class="problem" role="alert">
            Cannot look now: {trouble}
          </p>
        )}
        {!answer && !trouble && <p class="message">Looking…</p>}
        {answer && chosen.ok && answer.letters.length === 0 && (
          <Empty isFiltered={Object.keys(choice).length > 0} listed={answer} onAll={() => choose({})} />
        )}
        {answer && answer.letters.length > 0 && (
          <>
            <div class="list-head">
              <h2>
                {countInWords(answer)} <small>{inWords(choice)}</small>
              </h2>
              <div class="tools">
                {isLonger && (
                  <button type="button" class="quiet" onClick={lookAgain}>
                    Look again
                  </button>
                )}
                <button type="button" class="primary" onClick={() => begin('replay')}>
                  Replay…
                </button>
                <button type="button" onClick={() => begin('purge')}>
                  Purge…
                </button>
              </div>
            </div>
            <section aria-label="Groups" class="groups">
              <GroupsTable groups={answer.groups} onOpen={(group) => choose(choiceOf(choice, group))} />
            </section>
            <section aria-label="Letters">
              <h2>
                Letters <small>oldest first</small>
              </h2>
              <LettersTable
                letters={answer.letters}
                selectedId={opened && letterKey(opened)}
                onOpen={setOpened}
              />
              {answer.next !== undefined && (
                <button type="button" class="more" onClick={() => void showMore(answer.next as string)}>
                  Show more
                </button>
              )}
            </section>
          </>
        )}
      </main>
      {opened && (
        <LetterDrawer
          letter={opened}
          load={({ queue, messageId }) => live.client.act('dead-letter', { queue, messageId })}
          onWork={(work) =>
            setWorking({
              work,
              selection: { queue: opened.queue, ids: [opened.messageId] },
              what: `The letter ${opened.messageId} of ${opened.queue}.`,
            })
          }
          onClose={() => setOpened(undefined)}
        />
      )}
      {working && (
        <WorkDialog
          {...working}
          act={(what, args) => live.client.act(what, args)}
          onClose={() => {
            setWorking(undefined);
            lookAgain();
          }}
        />
      )}
    </>
  );
}

const NOTHING: Listed = { groups: [], letters: [], scanned: 0, isComplete: true };

function problemOf(chosen: Chosen) {
  return chosen.ok ? undefined : chosen.problem;
}

/** The queues and reasons of all answers so far: a filter must not take its own alternatives away. */
function useSeen(listed: Listed | undefined): {
  readonly queues: readonly string[];
  readonly reasons: readonly string[];
} {
  const seen = useRef({ queues: new Set<string>(), reasons: new Set<string>() });
  for (const { queue, reason } of listed?.groups ?? []) {
    seen.current.queues.add(queue);
    seen.current.reasons.add(reason);
  }
  return { queues: [...seen.current.queues].sort(), reasons: [...seen.current.reasons].sort() };
}

function countInWords({ groups, isComplete }: Listed): string {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const dead = count === 1 ? 'dead letter' : 'dead letters';
  return `${isComplete ? '' : 'At least '}${count.toLocaleString()} ${dead}`;
}

function inWords(choice: LettersChoice): string {
  const { queue, reason, age, id, pattern } = choice;
  const parts = [
    queue && `of ${queue}`,
    reason && `for ${reason}`,
    age && `dead ${AGES[age].title}`,
    id && `with the id ${id}`,
    pattern && 'that match the pattern',
  ].filter(Boolean);
  return parts.length === 0 ? 'of all queues' : parts.join(', ');
}

interface EmptyProps {
  readonly isFiltered: boolean;
  readonly listed: Listed;
  readonly onAll: () => void;
}

function Empty({ isFiltered, listed, onAll }: EmptyProps) {
  if (isFiltered)
    return (
      <div class="empty-part">
        <h2>No such dead letter</h2>
        <p>
          {listed.isComplete
            ? `${inLetters(listed.scanned)} looked at; none is like this.`
            : `Not among the first ${inLetters(listed.scanned)}: narrow it by queue or reason.`}
        </p>
        <button type="button" class="primary" onClick={onAll}>
          Show all
        </button>
      </div>
    );
  return (
    <div class="empty-part">
      <h2>No dead letters</h2>
      <p>
        Everything was delivered, or is still being tried. What a destination refuses for good, or cannot take
        for three days, waits here with its reason until somebody replays or purges it.
      </p>
    </div>
  );
}
