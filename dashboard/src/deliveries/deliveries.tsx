/** The view of deliveries: how each destination does, and every request to it as it happens. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import {
  type DeliveriesAnswer,
  type DeliveryAttempt,
  OUTCOME_KINDS,
  type OutcomeKind,
} from '../../../src/domain/deliveries.ts';
import type { StandInState, StandIns } from '../../../src/domain/stand-ins.ts';
import { EventById } from '../detail/event-by-id.tsx';
import { showClock } from '../view/show-time.ts';
import { useKeys } from '../view/use-keys.ts';
import { usePolled } from '../view/use-polled.ts';
import { type DeliveriesChoice, said } from '../view/views.ts';
import type { PartProps } from '../view-part.tsx';
import { AttemptDrawer } from './attempt-drawer.tsx';
import { joined, lengthened } from './attempts-list.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { DestinationCard } from './destination-card.tsx';
import { OUTCOMES_IN_WORDS } from './in-words.ts';
import { StandInControl } from './stand-in-control.tsx';
import { type AskStandIns, orNone, requestOf, type Seen } from './use-stand-ins.ts';

const EVERY_MS = 1_500;

export function Deliveries({ choice, ...props }: PartProps & { readonly choice: DeliveriesChoice }) {
  const { live, tab, hrefOf, onView, onHelp, onFilter } = props;
  const act = (args: object) => live.client.act('deliveries', args) as Promise<DeliveriesAnswer>;
  const polled = usePolled<DeliveriesAnswer>(
    async (last) => {
      const newest = last?.attempts[0]?.n;
      if (last === undefined || newest === undefined) return act(choice);
      return joined(last, await act({ ...choice, after: newest })) ?? act(choice);
    },
    { key: JSON.stringify(choice), everyMs: EVERY_MS },
  );
  const askStandIns = (args?: object) => live.client.act('stand-ins', args) as Promise<StandIns>;
  const standIns = usePolled<StandIns>(
    useMemo(() => orNone(askStandIns), [live]),
    {
      key: 'stand-ins',
      everyMs: EVERY_MS,
    },
  );
  const [opened, setOpened] = useState<DeliveryAttempt>();
  const [eventId, setEventId] = useState<string>();
  const states = standIns.answer?.standIns ?? [];
  const seen = useSeen(opened, states, askStandIns);
  useKeys({
    '?': onHelp,
    Escape: () => (eventId === undefined ? setOpened(undefined) : setEventId(undefined)),
  });

  const { answer, trouble } = polled;
  const choose = (to: DeliveriesChoice) => onView({ kind: 'deliveries', choice: to });
  const showOlder = async (before: number) => {
    const older = await act({ ...choice, before });
    polled.change((last) => lengthened(last, older));
  };

  return (
    <>
      <main id="view" class="operator" aria-label="Deliveries">
        {trouble && (
          <p class="problem" role="alert">
            Cannot look now: {trouble}
          </p>
        )}
        {!answer && !trouble && <p class="message">Looking…</p>}
        {answer && answer.destinations.length === 0 && <NoDestinations note={answer.note} />}
        {answer && answer.destinations.length > 0 && (
          <>
            <ul class="destinations" aria-label="Destinations">
              {answer.destinations.map((figures) => (
                <DestinationCard
                  key={figures.name}
                  figures={figures}
                  isChosen={choice.destination === figures.name}
                  lettersHref={hrefOf({ kind: 'dead-letters', choice: { queue: figures.name } })}
                  onLetters={() => onView({ kind: 'dead-letters', choice: { queue: figures.name } })}
                  onChoose={() =>
                    choose(
                      said({
                        ...choice,
                        destination: choice.destination === figures.name ? undefined : figures.name,
                      }),
                    )
                  }
                >
                  {states
                    .filter(({ name }) => name === figures.name)
                    .map((state) => (
                      <StandInControl
                        key={state.name}
                        state={state}
                        onSet={async (fault) => {
                          await live.client.act('set-stand-in', { name: state.name, fault });
                          standIns.again();
                        }}
                      />
                    ))}
                </DestinationCard>
              ))}
            </ul>
            <section aria-label="Requests" class="attempts">
              <div class="list-head">
                <h2>
                  Requests{' '}
                  {answer.sinceMs !== undefined && (
                    <small>newest first, kept and counted since {showClock(answer.sinceMs)}</small>
                  )}
                </h2>
                <Filter
                  choice={choice}
                  names={answer.destinations.map(({ name }) => name)}
                  onChange={choose}
                />
              </div>
              {answer.note && <p class="message">{answer.note}</p>}
              <AttemptsTable
                attempts={answer.attempts}
                selected={opened?.n}
                onOpen={(attempt) => {
                  setEventId(undefined);
                  setOpened(attempt);
                }}
              />
              {answer.isKept && answer.attempts.length === 0 && (
                <NoAttempts choice={choice} onAll={() => choose({})} />
              )}
              {answer.next !== undefined && (
                <button type="button" class="more" onClick={() => void showOlder(answer.next as number)}>
                  Show older
                </button>
              )}
            </section>
          </>
        )}
      </main>
      {eventId !== undefined ? (
        <EventById
          id={eventId}
          live={live}
          tab={tab}
          onSelect={setEventId}
          onFilter={onFilter}
          onClose={() => setEventId(undefined)}
        />
      ) : (
        opened && (
          <AttemptDrawer
            attempt={opened}
            seen={seen}
            onEvent={setEventId}
            onClose={() => setOpened(undefined)}
          />
        )
      )}
    </>
  );
}

/** Asks the stand-in of the opened attempt's destination, once. */
function useSeen(
  attempt: DeliveryAttempt | undefined,
  standIns: readonly StandInState[],
  ask: AskStandIns,
): Seen | undefined {
  const [seen, setSeen] = useState<{ readonly n: number; readonly seen: Seen }>();
  const name = standIns.find((state) => state.name === attempt?.destination)?.name;
  useEffect(() => {
    if (attempt === undefined || name === undefined) return;
    ask({ name }).then(
      ({ requests = [] }) => {
        const request = requestOf(attempt, requests);
        setSeen({ n: attempt.n, seen: request ? { kind: 'seen', request } : { kind: 'forgotten' } });
      },
      () => setSeen({ n: attempt.n, seen: { kind: 'forgotten' } }),
    );
  }, [attempt?.n, name]);
  if (attempt === undefined || name === undefined) return undefined;
  return seen?.n === attempt.n ? seen.seen : { kind: 'looking' };
}

interface FilterProps {
  readonly choice: DeliveriesChoice;
  readonly names: readonly string[];
  readonly onChange: (choice: DeliveriesChoice) => void;
}

function Filter({ choice, names, onChange }: FilterProps) {
  return (
    <search class="pickers" aria-label="Filter of requests">
      <label>
        Destination
        <select
          value={choice.destination ?? ''}
          onChange={(event) => onChange(said({ ...choice, destination: event.currentTarget.value }))}
        >
          <option value="">all</option>
          {[...new Set([...names, ...(choice.destination ? [choice.destination] : [])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Outcome
        <select
          value={choice.outcome ?? ''}
          onChange={(event) =>
            onChange(
              said({ ...choice, outcome: event.currentTarget.value as OutcomeKind | '' }) as DeliveriesChoice,
            )
          }
        >
          <option value="">all</option>
          {OUTCOME_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {OUTCOMES_IN_WORDS[kind]}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}

function NoDestinations({ note }: { readonly note: string | undefined }) {
  return (
    <div class="empty-part">
      <h2>{note === undefined ? 'No destinations' : 'No deliveries to show here'}</h2>
      <p>
        {note ??
          'This home sends events nowhere but to its trail. Give it a destination (Datadog, OpenSearch, a webhook and others) in its configuration.'}
      </p>
      <p>
        How: <code>docs/delivery.md</code>
      </p>
    </div>
  );
}

function NoAttempts({ choice, onAll }: { readonly choice: DeliveriesChoice; readonly onAll: () => void }) {
  const isFiltered = Object.keys(choice).length > 0;
  return (
    <div class="empty-part">
      <h2>{isFiltered ? 'No such request' : 'No requests yet'}</h2>
      <p>
        {isFiltered
          ? 'None of the requests that are kept is like this. New ones show here by themselves.'
          : 'The next event that a destination wants shows here by itself.'}
      </p>
      {isFiltered && (
        <button type="button" class="primary" onClick={onAll}>
          Show all requests
        </button>
      )}
    </div>
  );
}
