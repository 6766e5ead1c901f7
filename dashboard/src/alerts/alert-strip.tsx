/** What is wrong now, above the events: a few open alerts, the gravest first, and what can be done about them. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleLine } from '../../../src/domain/visible-text.ts';
import { Severity } from '../table/marks.tsx';
import { nowMs } from '../view/now.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { ActButton } from './act-button.tsx';
import { inView, isOver, type KnownAlert } from './alert-book.ts';
import { AlertStatus } from './alert-marks.tsx';
import type { AlertWatch } from './alert-watch.ts';
import { ageInWords, eventsInWords } from './in-words.ts';
import { type Quiet, quietOf } from './quiet.ts';
import { useAct } from './use-act.ts';

interface Props {
  readonly watch: AlertWatch;
  readonly refusal: string | undefined;
  /** The address of an alert; without one, of all that are open. */
  readonly hrefOf: (alertId?: string) => string;
  readonly onOpen: (alertId?: string) => void;
  readonly onSilence: (alert: Alert) => void;
}

const SHOWN = 3;

export function AlertStrip({ watch, refusal, hrefOf, onOpen, onSilence }: Props) {
  const acting = useAct();
  const silences = watch.silences.value;
  const all = inView(watch.book.value, nowMs.value).map((known) => ({
    ...known,
    quiet: quietOf(known.alert, silences, nowMs.value),
  }));
  if (all.length === 0) return null;
  // Those that nobody is to hear of give way to the others.
  const shown = [...all.filter(({ quiet }) => !quiet), ...all.filter(({ quiet }) => quiet)].slice(0, SHOWN);
  const more = all.length - shown.length;
  return (
    <section class="alert-strip" aria-label="Open alerts">
      <ul>
        {shown.map((known) => (
          <Line
            key={known.alert.alertId}
            known={known}
            refusal={refusal}
            busy={acting.busy}
            href={hrefOf(known.alert.alertId)}
            onOpen={() => onOpen(known.alert.alertId)}
            onAcknowledge={() => {
              const { alertId } = known.alert;
              void acting.run(alertId, () => watch.acknowledge(alertId));
            }}
            onSilence={() => onSilence(known.alert)}
          />
        ))}
      </ul>
      {acting.trouble !== undefined && (
        <p class="problem" role="alert">
          It was not acknowledged: {acting.trouble}
        </p>
      )}
      {more > 0 && (
        <a class="more-alerts" href={hrefOf()} onClick={following(() => onOpen())}>
          and {more.toLocaleString()} more
        </a>
      )}
    </section>
  );
}

interface LineProps {
  readonly known: KnownAlert & { readonly quiet: Quiet | undefined };
  readonly refusal: string | undefined;
  readonly busy: string | undefined;
  readonly href: string;
  readonly onOpen: () => void;
  readonly onAcknowledge: () => void;
  readonly onSilence: () => void;
}

function Line({ known, refusal, busy, href, onOpen, onAcknowledge, onSilence }: LineProps) {
  const { alert, quiet } = known;
  const title = visibleLine(alert.title);
  const firstMs = Date.parse(alert.firstAt);
  return (
    <li class={`alert-line ${alert.severity} ${alert.status}${quiet ? ' quiet' : ''}`}>
      <Severity severity={alert.severity} />
      <a class="alert-title" href={href} title={title} onClick={following(onOpen)}>
        <bdi>{title}</bdi>
      </a>
      <span class="alert-events" title={eventsInWords(alert.count)}>
        {alert.count > 1 && `×${alert.count.toLocaleString()}`}
      </span>
      <time class="alert-age" dateTime={alert.firstAt} title={`since ${showDayAndTime(firstMs, false)}`}>
        {ageInWords(nowMs.value - firstMs)}
      </time>
      <div class="alert-doing">
        <AlertStatus alert={alert} quiet={quiet} />
        <span class="alert-acts">
          {alert.status === 'firing' && (
            <ActButton
              refusal={refusal}
              isBusy={busy !== undefined}
              label={`Acknowledge: ${title}`}
              onAct={onAcknowledge}
            >
              {busy === alert.alertId ? 'Acknowledging…' : 'Acknowledge'}
            </ActButton>
          )}
          {!isOver(alert) && quiet?.kind !== 'silence' && (
            <ActButton refusal={refusal} isBusy={false} label={`Silence: ${title}`} onAct={onSilence}>
              Silence…
            </ActButton>
          )}
        </span>
      </div>
    </li>
  );
}

/** Another tab or window is the browser's business. */
function following(go: () => void) {
  return (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go();
  };
}
