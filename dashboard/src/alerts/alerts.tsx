/** The view of alerts: open and past ones, the silences, and all about the one that is looked at. */
import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { EventById } from '../detail/event-by-id.tsx';
import { useKeys } from '../view/use-keys.ts';
import { usePolled } from '../view/use-polled.ts';
import { type AlertsChoice, said } from '../view/views.ts';
import type { PartProps } from '../view-part.tsx';
import { type AlertBook, openAlerts } from './alert-book.ts';
import { AlertDrawer } from './alert-drawer.tsx';
import { AlertsFilter } from './alerts-filter.tsx';
import { AlertsTable } from './alerts-table.tsx';
import { chosenAlerts, isNarrowed } from './chosen.ts';
import { NoAlerts } from './no-alerts.tsx';
import { quietOf } from './quiet.ts';
import { ResolveDialog } from './resolve-dialog.tsx';
import { SilencesPanel } from './silences-panel.tsx';

/** Silences of others; those of this page show at once. */
const SILENCES_EVERY_MS = 15_000;

interface Props extends PartProps {
  readonly choice: AlertsChoice;
  readonly refusal: string | undefined;
  readonly onSilence: (alert: Alert) => void;
}

export function Alerts({ choice, refusal, live, tab, onView, onHelp, onFilter, onShow, onSilence }: Props) {
  const watch = live.alerts;
  const [eventId, setEventId] = useState<string>();
  const [resolving, setResolving] = useState<Alert>();
  usePolled(async () => watch.hasRules.value && watch.lookAtSilences(), {
    key: 'silences',
    everyMs: SILENCES_EVERY_MS,
  });
  useEffect(() => void watch.loadOlder(), [watch]);
  const choose = (to: AlertsChoice) => {
    setEventId(undefined);
    onView({ kind: 'alerts', choice: to });
  };
  const close = () => choose(said({ ...choice, alert: undefined }));
  useKeys({
    '?': onHelp,
    '/': () => document.querySelector<HTMLInputElement>('[data-first]')?.focus(),
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else if (eventId !== undefined) setEventId(undefined);
      else close();
    },
  });

  const book = watch.book.value;
  const silences = watch.silences.value;
  const alerts = chosenAlerts(book, choice, silences, Date.now());
  const past = watch.past.value;
  const trouble = past.trouble ?? watch.trouble.value;
  const opened = choice.alert === undefined ? undefined : book.get(choice.alert);
  return (
    <>
      <AlertsFilter choice={choice} rules={rulesIn(book)} onChange={choose} />
      <main id="view" class="operator" aria-label="Alerts">
        {trouble && (
          <p class="problem" role="alert">
            Cannot look now: {trouble}
          </p>
        )}
        <SilencesPanel watch={watch} refusal={refusal} />
        <section aria-label="Alerts">
          <div class="list-head">
            <h2>
              {openAlerts(book).length.toLocaleString()} open{' '}
              <small>{countInWords(alerts.length, book.size, choice)}</small>
            </h2>
          </div>
          {alerts.length > 0 && (
            <AlertsTable
              alerts={alerts}
              selectedId={choice.alert}
              onOpen={(alert) => choose({ ...choice, alert })}
            />
          )}
          {alerts.length === 0 && (
            <NoAlerts
              isLooking={past.isLoading || (!past.isWhole && past.trouble === undefined && book.size === 0)}
              isWhole={past.isWhole}
              hasRules={watch.hasRules.value}
              looked={book.size}
              choice={choice}
              onAll={() => choose({})}
            />
          )}
          {!past.isWhole && watch.hasRules.value && (
            <button
              type="button"
              class="more"
              aria-disabled={past.isLoading}
              onClick={() => void watch.loadOlder()}
            >
              {past.isLoading ? 'Loading…' : 'Load older'}
            </button>
          )}
        </section>
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
        choice.alert !== undefined && (
          <AlertDrawer
            alertId={choice.alert}
            shown={opened && { ...opened, quiet: quietOf(opened.alert, silences, Date.now()) }}
            watch={watch}
            refusal={refusal}
            onResolve={setResolving}
            onSilence={onSilence}
            onEvent={setEventId}
            onShow={onShow}
            onClose={close}
          />
        )
      )}
      {resolving && <ResolveDialog alert={resolving} watch={watch} onClose={() => setResolving(undefined)} />}
    </>
  );
}

function rulesIn(book: AlertBook): readonly (readonly [id: string, name: string])[] {
  const names = new Map([...book.values()].map(({ alert }) => [alert.rule.id, alert.rule.name]));
  return [...names].sort(([, a], [, b]) => a.localeCompare(b));
}

function countInWords(shown: number, known: number, choice: AlertsChoice): string {
  if (isNarrowed(choice)) return `${shown.toLocaleString()} of ${known.toLocaleString()} are like this`;
  return shown === 0 ? '' : 'open ones first, then past ones, the newest first';
}
