/** All about one alert: what it says, how it went on, the events that made it fire, and what can be done about it. */
import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { DrawerFrame } from '../detail/drawer-frame.tsx';
import type { FilterState } from '../filter/filter-state.ts';
import { Severity } from '../table/marks.tsx';
import { About } from './about.tsx';
import { ActButton } from './act-button.tsx';
import { isOver } from './alert-book.ts';
import { filterOf } from './alert-facts.ts';
import { AlertStatus } from './alert-marks.tsx';
import type { AlertWatch } from './alert-watch.ts';
import type { ShownAlert } from './chosen.ts';
import { eventsInWords } from './in-words.ts';
import { Samples } from './samples.tsx';
import { Timeline } from './timeline.tsx';
import { useAct } from './use-act.ts';

interface Props {
  readonly alertId: string;
  /** Undefined until it is known. */
  readonly shown: ShownAlert | undefined;
  readonly watch: AlertWatch;
  readonly refusal: string | undefined;
  readonly onResolve: (alert: Alert) => void;
  readonly onSilence: (alert: Alert) => void;
  readonly onEvent: (eventId: string) => void;
  readonly onShow: (filter: FilterState) => void;
  readonly onClose: () => void;
}

export function AlertDrawer({ alertId, shown, watch, onClose, ...props }: Props) {
  const trouble = useWhole(alertId, shown?.alert.sequence, watch);
  const { alert } = shown ?? {};
  return (
    <DrawerFrame
      label="Alert detail"
      bodyLabel="All about this alert"
      title={alert ? <bdi>{visibleText(alert.title)}</bdi> : <code>{alertId}</code>}
      marks={
        shown && (
          <>
            <Severity severity={shown.alert.severity} />
            <AlertStatus alert={shown.alert} quiet={shown.quiet} />
          </>
        )
      }
      of={alertId}
      onClose={onClose}
    >
      {trouble && (
        <p class="problem" role="alert">
          {shown ? 'Its life cannot be shown' : 'This alert cannot be shown'}: {trouble}
        </p>
      )}
      {!shown && !trouble && <p class="message">Loading…</p>}
      {shown && <Whole shown={shown} watch={watch} {...props} />}
    </DrawerFrame>
  );
}

/** Asks for all that is kept of it, and again with each later notice. */
function useWhole(alertId: string, sequence: number | undefined, watch: AlertWatch): string | undefined {
  const [trouble, setTrouble] = useState<{ readonly of: string; readonly said: string }>();
  useEffect(() => {
    watch.load(alertId).then(
      () => setTrouble(undefined),
      (error: Error) => setTrouble({ of: alertId, said: error.message }),
    );
  }, [alertId, sequence]);
  return trouble?.of === alertId ? trouble.said : undefined;
}

type WholeProps = Omit<Props, 'alertId' | 'shown' | 'onClose'> & { readonly shown: ShownAlert };

function Whole({ shown, watch, refusal, onResolve, onSilence, onEvent, onShow }: WholeProps) {
  const { alert, steps, quiet } = shown;
  const acting = useAct();
  const filter = filterOf(alert);
  return (
    <>
      {alert.message && (
        <p class="alert-message">
          <bdi>{visibleText(alert.message)}</bdi>
        </p>
      )}
      {!isOver(alert) && (
        <p class="actions">
          {alert.status === 'firing' && (
            <ActButton
              kind="primary"
              refusal={refusal}
              isBusy={acting.busy !== undefined}
              onAct={() => void acting.run('acknowledge', () => watch.acknowledge(alert.alertId))}
            >
              Acknowledge
            </ActButton>
          )}
          <ActButton refusal={refusal} isBusy={false} onAct={() => onResolve(alert)}>
            Resolve…
          </ActButton>
          {quiet?.kind !== 'silence' && (
            <ActButton refusal={refusal} isBusy={false} onAct={() => onSilence(alert)}>
              Silence…
            </ActButton>
          )}
          {refusal && <small>{refusal}.</small>}
        </p>
      )}
      {acting.trouble && (
        <p class="problem" role="alert">
          It was not acknowledged: {acting.trouble}
        </p>
      )}
      <About alert={alert} />
      {steps.length > 0 && (
        <section aria-label="How it went on">
          <h3>How it went on</h3>
          <Timeline alert={alert} steps={steps} />
        </section>
      )}
      <section aria-label="Events that made it fire">
        <h3>
          Events{' '}
          <small>
            {alert.samples
              ? `${alert.samples.length.toLocaleString()} of ${eventsInWords(alert.count)}`
              : eventsInWords(alert.count)}
          </small>
        </h3>
        <Samples samples={alert.samples ?? []} onEvent={onEvent} />
        {filter && (
          <button
            type="button"
            title="Its events of the last 15 minutes, and those that come"
            onClick={() => onShow(filter)}
          >
            Show such events in Live
          </button>
        )}
      </section>
    </>
  );
}
